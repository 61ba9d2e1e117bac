{# USES_VARIABLES { N } #}
{# ALLOWS_SCALAR_WRITE #}
{# The loop over the agents of a group. That over the equations of the cells, in which most of the time goes, is compiled
   twice, and the program takes the one with vectors of sixteen numbers where the processor has them. Both do the same
   to each cell by itself, and call no function of a library, so that the bits are the same. #}
{% extends 'common_group.cpp' %}
{% block maincode %}
    // bluespot: template stateupdate
    const size_t _vectorisation_idx = -1;
    {{scalar_code|autoindent}}
    const int _N = {{constant_or_scalar('N', variables['N'])}};
{% if codeobj_name == 'cells_stateupdater_codeobject' %}
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
    // Of double precision, the library's exponential may have other bits for other vectors
    static const bool _wide = sizeof({{get_array_name(variables['v'])}}[0]) == 4 && __builtin_cpu_supports("avx512f")
        && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") && !getenv("BLUESPOT_NARROW");
    if (_wide)
    {
        const auto _all = [=]() __attribute__((target("avx512f,avx512vl,avx512dq,prefer-vector-width=512")))
        {
            for (int _idx = 0; _idx < _N; _idx++)
            {
                const size_t _vectorisation_idx = _idx;
                {{vector_code|autoindent}}
            }
        };
        _all();
        return;
    }
#endif
{% endif %}
    for (int _idx = 0; _idx < _N; _idx++)
    {
        const size_t _vectorisation_idx = _idx;
        {{vector_code|autoindent}}
    }
{% endblock %}
