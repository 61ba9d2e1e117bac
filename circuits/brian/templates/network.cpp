{# The loop over steps. All clocks are multiples of the fastest; which of them are due is found by counting steps, and
   the processor's time is not asked for in each: there is neither a report nor a limit of the run time. #}
{% macro cpp_file() %}
#include "network.h"
#include <cmath>

double Network::_last_run_time = 0.0;
double Network::_last_run_completed_fraction = 0.0;
bool Network::_globally_stopped = false;
bool Network::_globally_running = false;

Network::Network() : t(0.0) {}

void Network::clear() { objects.clear(); }

void Network::add({{clock_class}}* clock, codeobj_func func) { objects.push_back(std::make_pair(clock, func)); }

namespace {
struct Ticking { {{clock_class}}* clock; int64_t every; };
struct Object { size_t clock; codeobj_func function; };
double step_of({{clock_class}}* clock) { return static_cast<Clock*>(clock)->dt[0]; }
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
        for (size_t k = 0; k < clocks.size(); k++)
            if (due[k])
                clocks[k].clock->tick();
    }
    _globally_running = false;
    t = _globally_stopped ? base->t[0] : end;
    _last_run_completed_fraction = 1.0;
}
{% endmacro %}

{% macro h_file() %}
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

    Network();
    void clear();
    void add({{clock_class}}* clock, codeobj_func func);
    void run(const double duration, void (*report)(const double, const double, const double, const double), const double period);
};

#endif
{% endmacro %}
