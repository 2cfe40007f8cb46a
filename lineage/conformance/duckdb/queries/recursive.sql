with recursive chain (code, name, depth) as (
    select prefecture_code, prefecture_name, 1 from reference.prefectures where region = '関東'
    union all
    select p.prefecture_code, chain.name || '>' || p.prefecture_name, depth + 1
    from chain join reference.prefectures as p on p.prefecture_code > chain.code
    where depth < 3
)
select code, name, depth from chain
