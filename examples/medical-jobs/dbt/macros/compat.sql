{# What BigQuery and DuckDB spell differently. Both spellings take the same
   number of lines, so a line of the compiled SQL is the same line on either. #}

{% macro star_except(columns) %}{{ return(adapter.dispatch('star_except', 'medical_jobs')(columns)) }}{% endmacro %}

{% macro default__star_except(columns) %}{{ return('* except (' ~ columns | join(', ') ~ ')') }}{% endmacro %}

{% macro duckdb__star_except(columns) %}{{ return('* exclude (' ~ columns | join(', ') ~ ')') }}{% endmacro %}


{% macro struct_of(columns) %}{{ return(adapter.dispatch('struct_of', 'medical_jobs')(columns)) }}{% endmacro %}

{% macro default__struct_of(columns) %}{{ return('struct(' ~ columns | join(', ') ~ ')') }}{% endmacro %}

{% macro duckdb__struct_of(columns) %}
    {%- set fields = [] -%}
    {%- for column in columns -%}{%- do fields.append(column ~ ' := ' ~ column) -%}{%- endfor -%}
    {{ return('struct_pack(' ~ fields | join(', ') ~ ')') }}
{% endmacro %}


{% macro unnest_as(array, alias) %}{{ return(adapter.dispatch('unnest_as', 'medical_jobs')(array, alias)) }}{% endmacro %}

{% macro default__unnest_as(array, alias) %}{{ return('unnest(' ~ array ~ ') as ' ~ alias) }}{% endmacro %}

{% macro duckdb__unnest_as(array, alias) %}{{ return('unnest(' ~ array ~ ') as unnested_' ~ alias ~ ' (' ~ alias ~ ')') }}{% endmacro %}


{# Values of a multi-select picklist, which Salesforce joins with semicolons. #}
{% macro picklist_values(column) %}{{ return(adapter.dispatch('picklist_values', 'medical_jobs')(column)) }}{% endmacro %}

{% macro default__picklist_values(column) %}{{ return("split(" ~ column ~ ", ';')") }}{% endmacro %}

{% macro duckdb__picklist_values(column) %}{{ return("string_split(" ~ column ~ ", ';')") }}{% endmacro %}


{# The day in Japan of an instant that is stored in UTC. #}
{% macro date_in_japan(timestamp) %}{{ return(adapter.dispatch('date_in_japan', 'medical_jobs')(timestamp)) }}{% endmacro %}

{% macro default__date_in_japan(timestamp) %}{{ return("date(" ~ timestamp ~ ", 'Asia/Tokyo')") }}{% endmacro %}

{% macro duckdb__date_in_japan(timestamp) %}{{ return("cast(" ~ timestamp ~ " + interval 9 hour as date)") }}{% endmacro %}


{# An array of the days of a range, both ends included. #}
{% macro days(first, last) %}{{ return(adapter.dispatch('days', 'medical_jobs')(first, last)) }}{% endmacro %}

{% macro default__days(first, last) %}{{ return("generate_date_array(date '" ~ first ~ "', date '" ~ last ~ "')") }}{% endmacro %}

{% macro duckdb__days(first, last) %}{{ return("generate_series(date '" ~ first ~ "', date '" ~ last ~ "', interval 1 day)") }}{% endmacro %}
