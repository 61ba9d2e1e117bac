{# USES_VARIABLES { N } #}
{# A group of cells: sixteen are looked at together, and one by one only where one of them has fired. #}
{% extends 'common_group.cpp' %}
{% block maincode %}
    {% set _events = get_array_name(eventspace_variable) %}
    // bluespot: template threshold
    const size_t _vectorisation_idx = -1;
    {{scalar_code|autoindent}}
    int32_t _fired = 0;
    const size_t _width = 16;
    for (size_t _first = 0; _first < N; _first += _width)
    {
        int _any = 0;
        if (N % _width == 0 || _first + _width <= N)
        {
            // gcc would rather write the sixteen out than compare eight at once
            #pragma GCC unroll 1
            for (size_t _idx = _first; _idx < _first + _width; _idx++)
            {
                const size_t _vectorisation_idx = _idx;
                {{vector_code|autoindent}}
                _any |= _cond ? 1 : 0;
            }
        }
        else
            _any = 1;
        if (!_any)
            continue;
        for (size_t _idx = _first; _idx < _first + _width && _idx < N; _idx++)
        {
            const size_t _vectorisation_idx = _idx;
            {{vector_code|autoindent}}
            if (_cond)
                {{_events}}[_fired++] = _idx;
        }
    }
    {{_events}}[N] = _fired;
{% endblock %}
