// The update of the circuit written by hand, as a yardstick of what one core can do: structure of arrays, single
// precision, loops a compiler can vectorise, spikes delivered from a log through compressed rows of contacts.
//
//     floor FOLDER
//
// FOLDER holds `plan` (words and numbers, see `read_plan`) and one raw file per array (float32, indices int32).
// Writes FOLDER/spikes (int32 pairs of step and cell) and FOLDER/fields (float32 means over the run, transmitter by
// transmitter), prints the seconds that the loop alone took. It knows no biology: all numbers come from the files.

#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <vector>

typedef std::vector<float> Floats;
typedef std::vector<int32_t> Indices;

static std::string folder;

static void fail(const std::string &what) {
  fprintf(stderr, "floor: %s\n", what.c_str());
  exit(1);
}

template <typename T> static std::vector<T> load(const std::string &name, size_t count) {
  std::ifstream file(folder + "/" + name, std::ios::binary);
  if (!file) fail("no file " + name);
  std::vector<T> values(count);
  file.read(reinterpret_cast<char *>(values.data()), count * sizeof(T));
  if (size_t(file.gcount()) != count * sizeof(T)) fail("short file " + name);
  return values;
}

// --- the plan -----------------------------------------------------------------------------------------------------

struct PathwayPlan { std::string name; int from_afferents, inhibitory, delay, contacts; };
struct EffectPlan { std::string file, effect; int receptor; };
struct AgonistPlan { int transmitter, receptor; std::string half, efficacy; }; // a transmitter, or a receptor (-1)
struct ReceptorPlan { std::string name; std::vector<AgonistPlan> agonists; };
struct ModulatorPlan { int receptor; std::string file; };
struct TransmitterPlan { std::string name; int autoreceptor, transporters, tonic; std::vector<ModulatorPlan> modulators; };

struct Plan {
  std::map<std::string, double> number;
  std::vector<PathwayPlan> pathways;
  std::vector<EffectPlan> cell_effects, fibre_effects;
  std::vector<ReceptorPlan> receptors;
  std::vector<TransmitterPlan> transmitters;
  double operator()(const std::string &name) const {
    if (!number.count(name)) fail("no number " + name);
    return number.at(name);
  }
};

static Plan read_plan() {
  Plan plan;
  std::ifstream file(folder + "/plan");
  std::string word, name;
  size_t count;
  while (file >> word) {
    if (word == "number") {
      file >> name >> plan.number[name];
    } else if (word == "pathway") {
      PathwayPlan p;
      file >> p.name >> p.from_afferents >> p.inhibitory >> p.delay >> p.contacts;
      plan.pathways.push_back(p);
    } else if (word == "cell_effect" || word == "fibre_effect") {
      EffectPlan e;
      file >> e.file >> e.effect >> e.receptor;
      (word == "cell_effect" ? plan.cell_effects : plan.fibre_effects).push_back(e);
    } else if (word == "receptor") {
      ReceptorPlan r;
      file >> r.name >> count;
      r.agonists.resize(count);
      for (AgonistPlan &a : r.agonists) file >> a.transmitter >> a.receptor >> a.half >> a.efficacy;
      plan.receptors.push_back(r);
    } else if (word == "transmitter") {
      TransmitterPlan x;
      file >> x.name >> x.autoreceptor >> x.transporters >> x.tonic >> count;
      x.modulators.resize(count);
      for (ModulatorPlan &m : x.modulators) file >> m.receptor >> m.file;
      plan.transmitters.push_back(x);
    } else {
      fail("unknown word " + word);
    }
  }
  return plan;
}

// --- transmitter fields -------------------------------------------------------------------------------------------

static float clip(float x, float low, float high) { return x < low ? low : x > high ? high : x; }

struct Modulator { Floats change; int receptor; };

struct Transmitter {
  Floats level, released, sum, other, tone, quantum;
  std::vector<Floats> uptake, km;
  std::vector<Modulator> modulators; // the autoreceptor first
};

struct Agonist { Floats half, efficacy; int transmitter, receptor; };

struct Receptor {
  Floats active, hill, block, drive, held;
  std::vector<Agonist> agonists;
};

struct Fields {
  int compartments;
  float step;
  double samples;
  std::vector<Transmitter> transmitters;
  std::vector<Receptor> receptors;

  Fields(const Plan &plan) : compartments(int(plan("compartments"))), step(plan("fields.field_step")), samples(0) {
    for (const TransmitterPlan &x : plan.transmitters) add_transmitter(x, size_t(plan("releasing_cells")));
    for (const ReceptorPlan &r : plan.receptors) add_receptor(r);
  }

  void add_transmitter(const TransmitterPlan &plan, size_t releasing) {
    const std::string field = "fields." + plan.name;
    Transmitter x;
    x.level = load<float>(field, compartments);
    x.released = x.sum = Floats(compartments, 0.0f);
    x.other = load<float>(field + "_other", compartments);
    x.tone = plan.tonic ? load<float>(field + "_tone", compartments) : Floats(compartments, 0.0f);
    if (plan.autoreceptor >= 0) {
      x.modulators.push_back({load<float>(field + "_autoinhibition", compartments), plan.autoreceptor});
      for (float &share : x.modulators[0].change) share = -share;
    }
    for (const ModulatorPlan &m : plan.modulators)
      x.modulators.push_back({load<float>(m.file, compartments), m.receptor});
    for (int u = 1; u <= plan.transporters; u++) {
      x.uptake.push_back(load<float>(field + "_uptake" + std::to_string(u), compartments));
      x.km.push_back(load<float>(field + "_km" + std::to_string(u), compartments));
    }
    x.quantum = load<float>("volume." + plan.name + "_quantum", releasing * compartments);
    transmitters.push_back(x);
  }

  void add_receptor(const ReceptorPlan &plan) {
    Receptor r;
    r.active = Floats(compartments, 0.0f);
    const std::string field = "fields." + plan.name;
    r.hill = load<float>(field + "_hill", compartments);
    r.block = load<float>(field + "_block", compartments);
    r.drive = load<float>(field + "_drive", compartments);
    r.held = load<float>(field + "_held", compartments);
    for (const AgonistPlan &a : plan.agonists) {
      const Floats efficacy = a.efficacy == "1" ? Floats(compartments, 1.0f) : load<float>(a.efficacy, compartments);
      r.agonists.push_back({load<float>(a.half, compartments), efficacy, a.transmitter, a.receptor});
    }
    receptors.push_back(r);
  }

  void clear() { // release and tone under the receptors on terminals, saturable transporters, the rest
    for (Transmitter &x : transmitters) {
      for (int c = 0; c < compartments; c++) {
        const float level = x.level[c];
        float rate = 0.0f, left = 1.0f;
        for (size_t u = 0; u < x.uptake.size(); u++) rate += x.uptake[u][c] * x.km[u][c] / (x.km[u][c] + level);
        for (const Modulator &m : x.modulators) left += m.change[c] * receptors[m.receptor].active[c];
        rate += x.other[c];
        x.level[c] += (x.released[c] + step * x.tone[c]) * clip(left, 0.0f, 10.0f) - step * level * rate;
        x.released[c] = 0.0f;
        x.sum[c] += x.level[c];
      }
    }
    samples += 1;
  }

  void bind() {
    for (Receptor &r : receptors) {
      for (int c = 0; c < compartments; c++) {
        float driven = r.drive[c], bound = 1.0f + r.block[c] + r.held[c];
        for (const Agonist &a : r.agonists) {
          const Floats &source = a.transmitter >= 0 ? transmitters[a.transmitter].level : receptors[a.receptor].active;
          const float u = std::pow(source[c] / a.half[c], r.hill[c]);
          driven += a.efficacy[c] * u;
          bound += u;
        }
        r.active[c] = driven / bound;
      }
    }
  }

  void release(int row) {
    for (Transmitter &x : transmitters)
      for (int c = 0; c < compartments; c++) x.released[c] += x.quantum[size_t(row) * compartments + c];
  }
};

// --- what receptors do to agents ----------------------------------------------------------------------------------

struct Effect { Floats share; int receptor; };

struct Modulated { // agents whose release, current and potassium conductance follow the receptors of their compartment
  int count;
  Indices compartment;
  Floats release, release_base, girk, current, sum, pool, power; // pool, power: of the potassium channels
  std::vector<Effect> on_release, on_girk, on_current;

  Modulated(const std::string &group, int count, const std::vector<EffectPlan> &effects)
      : count(count), compartment(load<int32_t>(group + ".compartment", count)), release(count, 0.0f),
        release_base(load<float>(group + ".release_base", count)), girk(count, 0.0f), current(count, 0.0f),
        sum(count, 0.0f), pool(count, 0.0f), power(count, 1.0f) {
    for (const EffectPlan &e : effects) {
      Effect effect;
      effect.share = load<float>(e.file, count);
      effect.receptor = e.receptor;
      (e.effect == "release" ? on_release : e.effect == "girk" ? on_girk : on_current).push_back(effect);
    }
    if (on_girk.empty()) return;
    pool = load<float>(group + ".potassium_pool", count), power = load<float>(group + ".potassium_power", count);
  }

  void add_up(const std::vector<Effect> &effects, const Fields &fields, float start, Floats &total) {
    for (int i = 0; i < count; i++) total[i] = start;
    for (const Effect &e : effects) {
      const float *__restrict__ active = fields.receptors[e.receptor].active.data();
      const float *__restrict__ share = e.share.data();
      const int32_t *__restrict__ where = compartment.data();
      float *__restrict__ to = total.data();
      for (int i = 0; i < count; i++) to[i] += share[i] * active[where[i]];
    }
  }

  void follow(const Fields &fields) {
    add_up(on_girk, fields, 0.0f, girk);
    for (int i = 0; i < count; i++) {
      const float opening = std::pow(girk[i], power[i]);
      girk[i] = pool[i] * opening / (1.0f + opening);
    }
    add_up(on_current, fields, 0.0f, current);
    add_up(on_release, fields, 1.0f, sum);
    for (int i = 0; i < count; i++) release[i] = release_base[i] * clip(sum[i], 0.0f, 10.0f);
  }
};

// --- cells --------------------------------------------------------------------------------------------------------

// exp(x) of x clipped to -20..8, within four units of the last place: 2 to a whole power by its bits, 2 to the rest by a
// polynomial. Inlined, it leaves the loop over cells without a call.
static inline float exponential(float x) {
  x = x < -20.0f ? -20.0f : x > 8.0f ? 8.0f : x;
  const float y = x * 1.44269504f;
  const int32_t whole = int32_t(y + 64.5f) - 64;
  const float f = y - float(whole);
  const float p = ((((0.0013276472f * f + 0.00967554148f) * f + 0.0555071327f) * f + 0.240221197f) * f + 0.693146967f) * f;
  union { int32_t bits; float value; } scale;
  scale.bits = (whole + 127) << 23;
  return (p + 1.00000007f) * scale.value;
}

struct Cells {
  int count;
  float dt, threshold, E_K, V_magnesium, magnesium_slope, ampa_kept, nmda_kept, gaba_kept, noise_decay, noise_step;
  int32_t noise_key;
  Indices noise_id;
  Floats v, w, ampa, nmda, gaba, noise; // state
  Floats leak, E_leak, E_gaba, a, b, V_r, gain, bias, sigma, tonic_ampa, tonic_gaba;
  Floats per_C, per_tau, per_slope, onset, leak_slope; // dt/C, dt/tau_w, 1/slope, V_T/slope, g_leak*slope
  Floats conductance, constant; // what does not change within a millisecond, summed

  Cells(const Plan &plan) : count(int(plan("cells"))) {
    dt = plan("dt"), threshold = plan("cells.V_spike"), E_K = plan("cells.E_K");
    V_magnesium = plan("cells.V_magnesium"), magnesium_slope = plan("cells.magnesium_slope");
    ampa_kept = 1.0 - dt / plan("cells.ampa_decay"), nmda_kept = 1.0 - dt / plan("cells.nmda_decay");
    gaba_kept = 1.0 - dt / plan("cells.gaba_decay");
    noise_decay = plan("cells.noise_decay"), noise_step = plan("cells.noise_step");
    noise_key = int32_t(plan("cells.noise_key"));
    noise_id = load<int32_t>("cells.noise_id", count);
    v = get("v"), w = get("w"), leak = get("g_leak"), E_leak = get("E_leak"), E_gaba = get("E_gaba"), a = get("a");
    b = get("b"), V_r = get("V_r"), gain = get("gain"), bias = get("bias"), sigma = get("sigma");
    tonic_ampa = get("tonic_ampa"), tonic_gaba = get("tonic_gaba");
    ampa = nmda = gaba = noise = conductance = constant = Floats(count, 0.0f);
    per_C = get("C"), per_tau = get("tau_w"), per_slope = get("slope"), onset = get("V_T"), leak_slope = leak;
    for (int i = 0; i < count; i++) {
      leak_slope[i] *= per_slope[i];
      onset[i] /= per_slope[i];
      per_slope[i] = 1.0f / per_slope[i], per_C[i] = dt / per_C[i], per_tau[i] = dt / per_tau[i];
    }
  }

  Floats get(const std::string &name) { return load<float>("cells." + name, count); }

  void hash_noise(int32_t millisecond) { // counter-based: the finaliser of MurmurHash3 over cell, millisecond and key
    const uint32_t *__restrict__ id = reinterpret_cast<const uint32_t *>(noise_id.data());
    const float *__restrict__ deviation = sigma.data();
    float *__restrict__ to = noise.data();
    const uint32_t mixed = uint32_t(millisecond) * 0x85EBCA77u ^ uint32_t(noise_key);
    const float decay = noise_decay, scale = noise_step * (1.7320508f / 2147483648.0f);
    for (int i = 0; i < count; i++) {
      uint32_t h = id[i] * 0x9E3779B1u ^ mixed;
      h ^= h >> 16, h *= 0x85EBCA6Bu, h ^= h >> 13, h *= 0xC2B2AE35u, h ^= h >> 16;
      to[i] = decay * to[i] + scale * deviation[i] * float(int32_t(h));
    }
  }

  void sum_up(const Modulated &by) {
    for (int i = 0; i < count; i++) {
      conductance[i] = leak[i] + tonic_ampa[i] + tonic_gaba[i] + by.girk[i];
      constant[i] = leak[i] * E_leak[i] + tonic_gaba[i] * E_gaba[i] + by.girk[i] * E_K + bias[i] + by.current[i] + noise[i];
    }
  }

  void step() {
    float *__restrict__ V = v.data(), *__restrict__ W = w.data(), *__restrict__ A = ampa.data();
    float *__restrict__ N = nmda.data(), *__restrict__ G = gaba.data();
    const float *__restrict__ g = conductance.data(), *__restrict__ current = constant.data();
    const float *__restrict__ reversal = E_gaba.data(), *__restrict__ rest = E_leak.data();
    const float *__restrict__ slow = a.data(), *__restrict__ membrane = per_C.data(), *__restrict__ tau = per_tau.data();
    const float *__restrict__ sharp = per_slope.data(), *__restrict__ start = onset.data();
    const float *__restrict__ spike = leak_slope.data();
    const float mg_slope = -1.0f / magnesium_slope, mg_start = V_magnesium / magnesium_slope;
    const float a_kept = ampa_kept, n_kept = nmda_kept, g_kept = gaba_kept;
    for (int i = 0; i < count; i++) {
      const float x = V[i], adaptation = W[i];
      const float excitation = A[i] + N[i] / (1.0f + exponential(x * mg_slope + mg_start));
      const float net = current[i] + spike[i] * exponential(x * sharp[i] - start[i]) - adaptation + G[i] * reversal[i] -
                        x * (g[i] + excitation + G[i]);
      V[i] = x + membrane[i] * net;
      W[i] = adaptation + tau[i] * (slow[i] * (x - rest[i]) - adaptation);
      A[i] *= a_kept, N[i] *= n_kept, G[i] *= g_kept;
    }
  }

  void find_spikes(Indices &into) const {
    const float *__restrict__ V = v.data();
    const float limit = threshold;
    int any = 0;
    for (int i = 0; i < count; i++) any |= V[i] > limit;
    if (!any) return;
    for (int i = 0; i < count; i++)
      if (V[i] > limit) into.push_back(i);
  }
};

// --- spikes and contacts ------------------------------------------------------------------------------------------

struct Log { // agents that fired, step after step: those of step s stand at begin[s] to begin[s + 1]
  Indices agent;
  std::vector<size_t> begin;
};

struct Pathway {
  int delay, inhibitory, from_afferents;
  float nmda_ratio;
  Indices first, target;
  Floats weight;

  Pathway(const PathwayPlan &plan, int sources, double ratio)
      : delay(plan.delay), inhibitory(plan.inhibitory), from_afferents(plan.from_afferents), nmda_ratio(ratio),
        first(sources + 1, 0), target(plan.contacts), weight(plan.contacts) {
    const Indices from = load<int32_t>(plan.name + ".sources", plan.contacts);
    const Indices to = load<int32_t>(plan.name + ".targets", plan.contacts);
    const Floats strength = load<float>(plan.name + ".weight", plan.contacts);
    for (int32_t source : from) first[source + 1]++;
    for (int s = 0; s < sources; s++) first[s + 1] += first[s];
    Indices next(first.begin(), first.end() - 1);
    for (int k = 0; k < plan.contacts; k++) {
      const int place = next[from[k]]++;
      target[place] = to[k], weight[place] = strength[k];
    }
  }

  void deliver(const Log &log, int step, const Floats &release, Cells &cells) const {
    if (step < delay) return;
    for (size_t k = log.begin[step - delay]; k < log.begin[step - delay + 1]; k++) {
      const int source = log.agent[k];
      const float strength = release[source];
      if (inhibitory) {
        for (int c = first[source]; c < first[source + 1]; c++) cells.gaba[target[c]] += strength * weight[c];
        continue;
      }
      for (int c = first[source]; c < first[source + 1]; c++) {
        const float amount = strength * weight[c] * cells.gain[target[c]];
        cells.ampa[target[c]] += amount;
        cells.nmda[target[c]] += nmda_ratio * amount;
      }
    }
  }
};

static Log read_afferents(const Plan &plan, int steps) {
  const int count = int(plan("afferent_spikes"));
  const Indices at = load<int32_t>("afferent.step", count);
  Log log;
  log.agent = load<int32_t>("afferent.fibre", count);
  log.begin.assign(steps + 1, 0);
  for (int32_t s : at) log.begin[s + 1]++;
  for (int s = 0; s < steps; s++) log.begin[s + 1] += log.begin[s];
  return log;
}

// --- the run ------------------------------------------------------------------------------------------------------

static void write_results(const Log &fired, const Fields &fields, int steps) {
  std::ofstream spikes(folder + "/spikes", std::ios::binary);
  Indices pairs;
  pairs.reserve(2 * fired.agent.size());
  for (int32_t s = 0; s < steps; s++)
    for (size_t k = fired.begin[s]; k < fired.begin[s + 1]; k++) pairs.push_back(s), pairs.push_back(fired.agent[k]);
  spikes.write(reinterpret_cast<char *>(pairs.data()), pairs.size() * sizeof(int32_t));
  std::ofstream means(folder + "/fields", std::ios::binary);
  for (const Transmitter &x : fields.transmitters)
    for (float sum : x.sum) {
      const float mean = sum / fields.samples;
      means.write(reinterpret_cast<const char *>(&mean), sizeof mean);
    }
}

int main(int argc, char **argv) {
  if (argc != 2) fail("one argument: the folder of the inputs");
  folder = argv[1];
  const Plan plan = read_plan();
  const int steps = int(plan("steps")), fibre_count = int(plan("fibres"));
  const int fast = int(plan("field_every")), slow = int(plan("modulation_every"));
  Cells cells(plan);
  Indices row(cells.count, -1); // of each cell among those that release
  const Indices releasing = load<int32_t>("volume.cells", size_t(plan("releasing_cells")));
  for (size_t k = 0; k < releasing.size(); k++) row[releasing[k]] = int32_t(k);
  Fields fields(plan);
  Modulated on_cells("cells", cells.count, plan.cell_effects), on_fibres("fibres", fibre_count, plan.fibre_effects);
  std::vector<Pathway> pathways;
  for (const PathwayPlan &p : plan.pathways)
    pathways.emplace_back(p, p.from_afferents ? fibre_count : cells.count,
                          p.inhibitory ? 0.0 : plan(p.name + ".nmda_ratio"));
  const Log afferents = read_afferents(plan, steps);
  Log fired;
  fired.begin.assign(steps + 1, 0);

  const auto began = std::chrono::steady_clock::now();
  for (int s = 0; s < steps; s++) {
    if (s % fast == 0) cells.hash_noise(s / fast), fields.clear();
    if (s % slow == 0) fields.bind(), on_cells.follow(fields), on_fibres.follow(fields);
    if (s % fast == 0) cells.sum_up(on_cells);
    cells.step();
    cells.find_spikes(fired.agent);
    fired.begin[s + 1] = fired.agent.size();
    for (const Pathway &p : pathways)
      p.deliver(p.from_afferents ? afferents : fired, s, p.from_afferents ? on_fibres.release : on_cells.release, cells);
    for (size_t k = fired.begin[s]; k < fired.begin[s + 1]; k++) {
      const int i = fired.agent[k];
      if (row[i] >= 0) fields.release(row[i]);
      cells.v[i] = cells.V_r[i], cells.w[i] += cells.b[i];
    }
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  write_results(fired, fields, steps);
  printf("%.6f\n", took.count());
  return 0;
}
