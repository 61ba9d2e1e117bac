{# USES_VARIABLES { N } #}
{# A group of cells: many are looked at together, and one by one only where one of them has fired. #}
{% extends 'common_group.cpp' %}
{% block maincode %}
    {% set _events = get_array_name(eventspace_variable) %}
    const size_t _vectorisation_idx = -1;
    {{scalar_code|autoindent}}
    int32_t _fired = 0;
    const int64_t _width = 128;
    for (int64_t _first = 0; _first < N; _first += _width)
    {
        const int64_t _last = _first + _width < N ? _first + _width : N;
        int _any = 0;
        for (int64_t _idx = _first; _idx < _last; _idx++)
        {
            const size_t _vectorisation_idx = _idx;
            {{vector_code|autoindent}}
            _any |= _cond ? 1 : 0;
        }
        if (!_any)
            continue;
        for (int64_t _idx = _first; _idx < _last; _idx++)
        {
            const size_t _vectorisation_idx = _idx;
            {{vector_code|autoindent}}
            if (_cond)
                {{_events}}[_fired++] = _idx;
        }
    }
    {{_events}}[N] = _fired;
{% endblock %}

{% block after_code %}
{% set _events = get_array_name(eventspace_variable) %}
{{_events}}[N] = 0;
{% endblock %}
