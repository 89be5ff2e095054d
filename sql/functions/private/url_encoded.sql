create or replace function bookly_data.url_encoded(value text)
returns text language sql immutable as $$
    select string_agg(case when c ~ '[A-Za-z0-9._~-]' then c
        else regexp_replace(upper(encode(convert_to(c, 'UTF8'), 'hex')), '(..)', '%\1', 'g') end, '' order by at)
    from regexp_split_to_table(value, '') with ordinality x (c, at)
$$;
comment on function bookly_data.url_encoded(text) is
    'A text as one segment of a path or one value of a query: all but unreserved characters percent-encoded.';
