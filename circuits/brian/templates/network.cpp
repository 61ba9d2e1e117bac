{# The loop over steps. All clocks are multiples of the fastest; which of them are due is found by counting steps, and
   the processor's time is not asked for in each: there is neither a report nor a limit of the run time. Where the
   environment names a file of what to record, samples of it are written to another at the end of every so many steps. #}
{% macro cpp_file() %}
// bluespot: template network
#include "network.h"
#include <cmath>
#include <stdio.h>
#include <stdlib.h>
#include <string>

namespace brian { extern std::string results_dir; }

double Network::_last_run_time = 0.0;
double Network::_last_run_completed_fraction = 0.0;
bool Network::_globally_stopped = false;
bool Network::_globally_running = false;
std::vector<Network::Recordable> Network::recordables;

Network::Network() : t(0.0) {}

void Network::clear() { objects.clear(); }

void Network::add({{clock_class}}* clock, codeobj_func func) { objects.push_back(std::make_pair(clock, func)); }

namespace {
struct Ticking { {{clock_class}}* clock; int64_t every; };
struct Object { size_t clock; codeobj_func function; };
double step_of({{clock_class}}* clock) { return static_cast<Clock*>(clock)->dt[0]; }

void fail(const char* what)
{
    fprintf(stderr, "recording: %s\n", what);
    exit(6);
}

// BLUESPOT_RECORD names a file: the number of steps from sample to sample, then `group.variable index` on each line
class Recorder
{
    struct Column { Network::Recordable array; size_t index; };
    std::vector<Column> columns;
    std::vector<double> row;
    FILE* out;
    long long every;
public:
    Recorder() : out(NULL), every(1)
    {
        const char* path = getenv("BLUESPOT_RECORD");
        if (!path || !*path)
            return;
        FILE* wanted = fopen(path, "r");
        if (!wanted || fscanf(wanted, "%lld", &every) != 1)
            fail("no list of what to record");
        char name[256];
        long long index;
        while (fscanf(wanted, "%255s %lld", name, &index) == 2)
        {
            size_t k = 0;
            while (k < Network::recordables.size() && std::string(name) != Network::recordables[k].name)
                k++;
            if (k == Network::recordables.size())
                fail(name);
            Column column = {Network::recordables[k], (size_t)index};
            columns.push_back(column);
        }
        fclose(wanted);
        row.resize(columns.size());
        out = fopen((brian::results_dir + "traces.bin").c_str(), "wb");
        if (!out)
            fail("traces.bin cannot be opened");
    }
    bool due(int64_t timestep) const { return out && (timestep + 1) % every == 0; }
    void sample()
    {
        for (size_t k = 0; k < columns.size(); k++)
            row[k] = columns[k].array.number(columns[k].array.data, columns[k].index);
        if (fwrite(row.data(), sizeof(double), row.size(), out) != row.size())
            fail("traces.bin cannot be written");
    }
    void close()
    {
        if (out && fclose(out) != 0)
            fail("traces.bin cannot be written");
    }
};
}

void Network::run(const double duration, void (*report)(const double, const double, const double, const double), const double period)
{
    (void)report; (void)period;
    const double end = t + duration;
    std::vector<Ticking> clocks;
    std::vector<Object> all;
    for (size_t k = 0; k < objects.size(); k++)
    {
        size_t which = 0;
        while (which < clocks.size() && clocks[which].clock != objects[k].first)
            which++;
        if (which == clocks.size())
        {
            Ticking ticking = {objects[k].first, 1};
            clocks.push_back(ticking);
        }
        Object object = {which, objects[k].second};
        if (object.function)
            all.push_back(object);
    }
    if (clocks.empty())
        return;
    size_t fastest = 0;
    for (size_t k = 0; k < clocks.size(); k++)
    {
        clocks[k].clock->set_interval(t, end);
        if (step_of(clocks[k].clock) < step_of(clocks[fastest].clock))
            fastest = k;
    }
    {{clock_class}}* const base = clocks[fastest].clock;
    for (size_t k = 0; k < clocks.size(); k++)
        clocks[k].every = (int64_t)std::floor(step_of(clocks[k].clock) / step_of(base) + 0.5);

    Recorder recorder;
    std::vector<char> due(clocks.size());
    _globally_running = true;
    _globally_stopped = false;
    while (base->running() && !_globally_stopped)
    {
        t = base->t[0];
        for (size_t k = 0; k < clocks.size(); k++)
            due[k] = clocks[k].clock->timestep[0] * clocks[k].every == base->timestep[0];
        for (size_t k = 0; k < all.size(); k++)
            if (due[all[k].clock])
                all[k].function();
        if (recorder.due(base->timestep[0]))
            recorder.sample();
        for (size_t k = 0; k < clocks.size(); k++)
            if (due[k])
                clocks[k].clock->tick();
    }
    _globally_running = false;
    recorder.close();
    t = _globally_stopped ? base->t[0] : end;
    _last_run_completed_fraction = 1.0;
}
{% endmacro %}

{% macro h_file() %}
// bluespot: template network
#ifndef _BRIAN_NETWORK_H
#define _BRIAN_NETWORK_H

#include <utility>
#include <vector>
#include "brianlib/clocks.h"

typedef void (*codeobj_func)();

class Network
{
public:
    std::vector<std::pair<{{clock_class}}*, codeobj_func> > objects;
    double t;
    static double _last_run_time;
    static double _last_run_completed_fraction;
    static bool _globally_stopped;
    static bool _globally_running;

    struct Recordable { const char* name; const void* data; double (*number)(const void*, size_t); };
    static std::vector<Recordable> recordables;
    template<class T> static double number(const void* data, size_t index) { return static_cast<const T*>(data)[index]; }
    template<class T> static void offer(const char* name, const T* data)
    {
        const Recordable recordable = {name, data, number<T>};
        recordables.push_back(recordable);
    }

    Network();
    void clear();
    void add({{clock_class}}* clock, codeobj_func func);
    void run(const double duration, void (*report)(const double, const double, const double, const double), const double period);
};

#endif
{% endmacro %}
