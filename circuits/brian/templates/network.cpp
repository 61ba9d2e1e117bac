{# The loop over steps. All clocks are multiples of the fastest; which of them are due is found by counting steps, and
   the processor's time is not asked for in each: there is neither a report nor a limit of the run time.
   The program stays up for all epochs of an animal. Its standard input is a socket, through which the inputs of an
   epoch come and its results go, each as one block of bytes after its length (circuits/brian/lasting.py). Once all is
   laid down, each epoch is simulated by a copy of the process (fork), which finds everything as at the beginning.
   Where the inputs name what to record, samples of it are written to a file at the end of every so many steps. #}
{% macro cpp_file() %}
// bluespot: template network
#include "network.h"
#include <cmath>
#include <errno.h>
#include <new>
#include <poll.h>
#include <signal.h>
#include <sstream>
#include <stdio.h>
#include <stdlib.h>
#include <string>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

namespace brian { extern std::string results_dir; }

// Arrays begin where a line of the cache does: a vector of sixteen numbers is then in one line
void* operator new[](size_t bytes)
{
    void* found = NULL;
    if (posix_memalign(&found, 64, bytes ? bytes : 1) != 0)
        throw std::bad_alloc();
    return found;
}
void operator delete[](void* array) noexcept { free(array); }
void operator delete[](void* array, size_t) noexcept { free(array); }

double Network::_last_run_time = 0.0;
double Network::_last_run_completed_fraction = 0.0;
bool Network::_globally_stopped = false;
bool Network::_globally_running = false;
std::vector<Network::Array> Network::arrays;
std::vector<int32_t> Network::afferents;
std::string Network::recording;

Network::Network() : t(0.0) {}

void Network::clear() { objects.clear(); }

void Network::add({{clock_class}}* clock, codeobj_func func) { objects.push_back(std::make_pair(clock, func)); }

namespace {
struct Ticking { {{clock_class}}* clock; int64_t every; };
struct Object { size_t clock; codeobj_func function; };
double step_of({{clock_class}}* clock) { return static_cast<Clock*>(clock)->dt[0]; }

const int SOCKET = 0;

void fail(const std::string& what)
{
    fprintf(stderr, "%s\n", what.c_str());
    exit(6);
}

bool read_all(void* into, size_t bytes)
{
    char* to = static_cast<char*>(into);
    while (bytes)
    {
        const ssize_t got = read(SOCKET, to, bytes);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        to += got;
        bytes -= got;
    }
    return true;
}

void write_all(const void* from, size_t bytes)
{
    const char* left = static_cast<const char*>(from);
    while (bytes)
    {
        const ssize_t sent = write(SOCKET, left, bytes);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            fail("the results of the epoch cannot be sent");
        left += sent;
        bytes -= sent;
    }
}

const Network::Array& array(const std::string& name)
{
    for (size_t k = 0; k < Network::arrays.size(); k++)
        if (name == Network::arrays[k].name)
            return Network::arrays[k];
    fail("the model has no " + name);
    return Network::arrays[0];
}

// What is said of an array: as many bytes as it has, or one number for all of it
void put(const Network::Array& into, bool number, const char* value, size_t bytes)
{
    if (bytes != (number ? sizeof(double) : into.count * into.width))
        fail(std::string(into.name) + ": its values are of another number or precision");
    if (number)
    {
        double all;
        memcpy(&all, value, sizeof(all));
        into.fill(into.data, into.count, all);
    }
    else
        memcpy(into.data, value, bytes);
}

// A block holds entries: 1 for one number, else 0; bytes of the name; bytes of the value; name; value
void take(const std::vector<char>& block)
{
    const char* at = block.data();
    const char* const end = at + block.size();
    while (at < end)
    {
        int64_t head[3];
        memcpy(head, at, sizeof(head));
        const std::string name(at + sizeof(head), head[1]);
        const char* const value = at + sizeof(head) + head[1];
        const size_t bytes = head[2];
        at = value + bytes;
        if (name == "afferent_spikes")
        {
            Network::afferents.resize(bytes / sizeof(int32_t));
            memcpy(Network::afferents.data(), value, bytes);
        }
        else if (name == "record")
            Network::recording.assign(value, bytes);
        else
            put(array(name), head[0] == 1, value, bytes);
    }
}

// Waits for the process of an epoch, and ends as it did where it failed. `alive` is a pipe that only that process
// holds. When the other end of the socket is closed, nobody waits for the epoch any more.
void wait_for(pid_t epoch, int alive)
{
    struct pollfd watched[2] = { {SOCKET, 0, 0}, {alive, POLLIN, 0} };
    while (poll(watched, 2, -1) < 0 && errno == EINTR)
        ;
    const bool ended = watched[1].revents != 0;
    if (!ended)
        kill(epoch, SIGKILL);
    int status = 0;
    while (waitpid(epoch, &status, 0) < 0 && errno == EINTR)
        ;
    if (!ended)
        _exit(0);
    if (WIFSIGNALED(status))
    {
        signal(WTERMSIG(status), SIG_DFL);
        raise(WTERMSIG(status));
    }
    if (status)
        _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 7);
}

// The number of steps from sample to sample, then `group.variable index` on each line
class Recorder
{
    struct Column { Network::Array from; size_t index; };
    std::vector<Column> columns;
    std::vector<double> row;
    FILE* out;
    long long every;
public:
    Recorder() : out(NULL), every(1)
    {
        if (Network::recording.empty())
            return;
        std::istringstream wanted(Network::recording);
        wanted >> every;
        std::string name;
        long long index;
        while (wanted >> name >> index)
        {
            Column column = {array(name), (size_t)index};
            columns.push_back(column);
        }
        row.resize(columns.size());
        out = fopen((brian::results_dir + "traces.bin").c_str(), "wb");
        if (!out)
            fail("traces.bin cannot be opened");
    }
    bool due(int64_t timestep) const { return out && (timestep + 1) % every == 0; }
    void sample()
    {
        for (size_t k = 0; k < columns.size(); k++)
            row[k] = columns[k].from.number(columns[k].from.data, columns[k].index);
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

bool Network::next_epoch()
{
    // Ctrl-C is for whoever waits for the epoch, and closes the socket
    signal(SIGINT, SIG_IGN);
    int64_t bytes;
    while (read_all(&bytes, sizeof(bytes)))
    {
        std::vector<char> block(bytes);
        int alive[2];
        if (!read_all(block.data(), bytes))
            break;
        if (pipe(alive) != 0)
            fail("no pipe to the process of the epoch");
        const pid_t epoch = fork();
        if (epoch < 0)
            fail("no process for the epoch");
        if (epoch == 0)
        {
            close(alive[0]);
            take(block);
            return true;
        }
        close(alive[1]);
        wait_for(epoch, alive[0]);
        close(alive[0]);
    }
    return false;
}

void Network::Results::send_and_leave() const
{
    const int64_t bytes = block.size();
    write_all(&bytes, sizeof(bytes));
    write_all(block.data(), block.size());
    _exit(0);
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

#include <algorithm>
#include <stdint.h>
#include <string>
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

    // An array of the model, into which inputs are put and from which samples are taken
    struct Array
    {
        const char* name;
        void* data;
        size_t count, width;
        void (*fill)(void*, size_t, double);
        double (*number)(const void*, size_t);
    };
    static std::vector<Array> arrays;
    template<class T> static double number(const void* data, size_t index) { return static_cast<const T*>(data)[index]; }
    template<class T> static void fill(void* data, size_t count, double value)
    {
        std::fill(static_cast<T*>(data), static_cast<T*>(data) + count, (T)value);
    }
    template<class T> static void offer(const char* name, T* data, size_t count)
    {
        const Array array = {name, data, count, sizeof(T), fill<T>, number<T>};
        arrays.push_back(array);
    }

    // (step, fibre) of every afferent spike in the order of the steps, then a step that never comes
    static std::vector<int32_t> afferents;
    // What to record; empty for nothing
    static std::string recording;
    // Waits for the inputs of an epoch, and returns in a process of its own, which has them; false when no more come
    static bool next_epoch();

    // What an epoch leaves, sent as one block with which its process ends
    class Results
    {
        std::vector<char> block;
    public:
        template<class T> void add(const T* values, size_t count)
        {
            const char* first = reinterpret_cast<const char*>(values);
            block.insert(block.end(), first, first + count * sizeof(T));
        }
        void send_and_leave() const;
    };

    Network();
    void clear();
    void add({{clock_class}}* clock, codeobj_func func);
    void run(const double duration, void (*report)(const double, const double, const double, const double), const double period);
};

#endif
{% endmacro %}
