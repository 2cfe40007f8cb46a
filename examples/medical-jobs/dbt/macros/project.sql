{# Datasets are named as they are configured, without the target's prefix. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}


{# dbt asks the warehouse whether the table exists. Compiling without an
   account sets MEDICAL_JOBS_OFFLINE, which answers as for the first run. #}
{% macro is_incremental() %}
    {%- if env_var('MEDICAL_JOBS_OFFLINE', '') -%}{{ return(false) }}{%- endif -%}
    {{ return(dbt.is_incremental()) }}
{% endmacro %}


{% macro as_of() %}{{ return("date '" ~ var('as_of') ~ "'") }}{% endmacro %}
