{# USES_VARIABLES { N, t_in_timesteps } #}
{# A group of fibres whose spikes were drawn before the epoch: a step costs what fires in it. #}
{% extends 'common_group.cpp' %}
{% block maincode %}
    {% set _events = get_array_name(eventspace_variable) %}
    // bluespot: template afferents
    static const int32_t* _next = Network::afferents.data();
    const int32_t _step = {{t_in_timesteps}};
    int32_t _fired = 0;
    for (; _next[0] < _step; _next += 2);
    for (; _next[0] == _step; _next += 2)
        {{_events}}[_fired++] = _next[1];
    {{_events}}[N] = _fired;
{% endblock %}
