-- What PostgreSQL's catalogue says of schema `nabij`: each object by its kind, its name and what it is. The connection
-- has an empty search path, so every name is said in full.

-- name: alone
-- No schema goes without saying.
SET LOCAL search_path = ''

-- name: in_time
-- Definitions are read under the locks of their tables.
SET LOCAL lock_timeout = '2s'

-- name: objects
-- All of them. Privileges of an owner are its own and go without saying; NOT NULL stands with its column.
WITH relation AS (
    SELECT oid, relname, relkind, relowner, relacl, relpersistence, relrowsecurity, relforcerowsecurity, reloptions,
        relkind = 'S' AS is_sequence
    FROM pg_class WHERE relnamespace = 'nabij'::regnamespace AND relkind <> 'i'
), acl (kind, name, owner, acl) AS (
    SELECT 'schema', nspname::text, nspowner, coalesce(nspacl, acldefault('n', nspowner))
    FROM pg_namespace WHERE nspname = 'nabij'
    UNION ALL
    SELECT 'database', 'this', datdba, coalesce(datacl, acldefault('d', datdba))
    FROM pg_database WHERE datname = current_database()
    UNION ALL
    SELECT CASE WHEN is_sequence THEN 'sequence' ELSE 'table' END, relname, relowner,
        coalesce(relacl, acldefault(CASE WHEN is_sequence THEN 's' ELSE 'r' END::"char", relowner))
    FROM relation
    UNION ALL
    SELECT 'column', relname || '.' || attname, relowner, attacl
    FROM pg_attribute JOIN relation ON relation.oid = attrelid
    WHERE attnum > 0 AND NOT attisdropped AND attacl IS NOT NULL
    UNION ALL
    SELECT 'function', oid::regprocedure::text, proowner, coalesce(proacl, acldefault('f', proowner))
    FROM pg_proc WHERE pronamespace = 'nabij'::regnamespace
    UNION ALL
    SELECT 'type', typname, typowner, coalesce(typacl, acldefault('T', typowner))
    FROM pg_type WHERE typnamespace = 'nabij'::regnamespace AND typtype IN ('e', 'd')
)
SELECT 'role' AS kind, rolname::text AS name, concat_ws(', ',
        CASE WHEN rolsuper THEN 'superuser' END, CASE WHEN rolbypassrls THEN 'gets around row security' END,
        CASE WHEN rolcreaterole THEN 'makes roles' END, CASE WHEN rolreplication THEN 'replicates' END,
        'member of: ' || coalesce((
            SELECT string_agg(DISTINCT roleid::regrole::text, ', ' ORDER BY roleid::regrole::text)
            FROM pg_auth_members WHERE member = pg_roles.oid
        ), 'none')) AS definition
FROM pg_roles
WHERE rolname IN ('nabij_owner', 'nabij_api', 'nabij_operator', 'nabij_worker', 'nabij_auditor')
UNION ALL
SELECT 'schema', nspname, 'owner ' || nspowner::regrole FROM pg_namespace WHERE nspname = 'nabij'
UNION ALL
SELECT 'extension', extname, 'in schema ' || extnamespace::regnamespace FROM pg_extension WHERE extname = 'postgis'
UNION ALL
SELECT CASE relkind WHEN 'r' THEN 'table' WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' ELSE 'relation' END, relname,
    concat_ws(', ', 'owner ' || relowner::regrole, CASE WHEN relkind NOT IN ('r', 'S', 'v') THEN 'of kind ' || relkind::text END,
        CASE relpersistence WHEN 'u' THEN 'unlogged' WHEN 't' THEN 'temporary' END,
        CASE WHEN relrowsecurity THEN 'row security' END, CASE WHEN relforcerowsecurity THEN 'forced on its owner' END,
        array_to_string(reloptions, ', '), CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) END)
FROM relation
UNION ALL
SELECT 'column', relname || '.' || attname,
    concat_ws(' ', format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN 'not null' END,
        CASE attidentity WHEN 'a' THEN 'always identity' WHEN 'd' THEN 'identity by default' END,
        CASE attgenerated WHEN 's' THEN 'generated as' WHEN 'v' THEN 'virtual as' WHEN '' THEN
            CASE WHEN pg_attrdef.oid IS NOT NULL THEN 'default' END END,
        pg_get_expr(adbin, adrelid),
        CASE WHEN attcollation <> typcollation THEN 'collate ' || attcollation::regcollation END,
        'statistics ' || nullif(attstattarget, -1))
FROM pg_attribute
JOIN relation ON relation.oid = attrelid AND relkind <> 'S'
JOIN pg_type ON pg_type.oid = atttypid
LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attnum > 0 AND NOT attisdropped
UNION ALL
SELECT 'constraint', coalesce(nullif(conrelid, 0)::regclass::text, contypid::regtype::text) || ' ' || conname,
    pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'nabij'::regnamespace AND contype NOT IN ('n', 't')
UNION ALL
SELECT 'index', indexrelid::regclass::text, pg_get_indexdef(indexrelid) || CASE WHEN indisvalid THEN '' ELSE ', not valid' END
FROM pg_index JOIN relation ON relation.oid = indrelid
UNION ALL
SELECT 'policy', relname || ' ' || polname, concat_ws(' ', CASE WHEN polpermissive THEN 'permissive' ELSE 'restrictive' END,
    'for', CASE polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete' ELSE 'all' END,
    'to', (SELECT string_agg(CASE role WHEN 0 THEN 'public' ELSE role::regrole::text END, ', ' ORDER BY role::regrole::text)
           FROM unnest(polroles) AS role),
    'using ' || pg_get_expr(polqual, polrelid), 'with check ' || pg_get_expr(polwithcheck, polrelid))
FROM pg_policy JOIN relation ON relation.oid = polrelid
UNION ALL
SELECT 'trigger', relname || ' ' || tgname, pg_get_triggerdef(pg_trigger.oid)
    || CASE tgenabled WHEN 'O' THEN '' WHEN 'D' THEN ', disabled' ELSE ', fires as ' || tgenabled::text END
FROM pg_trigger JOIN relation ON relation.oid = tgrelid WHERE NOT tgisinternal
UNION ALL
-- The triggers that keep foreign keys, one for each side and event, as somebody may have disabled them.
SELECT 'trigger', relname || ' of ' || conname || ' at ' || tgtype,
    tgfoid::regproc || CASE tgenabled WHEN 'O' THEN '' WHEN 'D' THEN ', disabled' ELSE ', fires as ' || tgenabled::text END
FROM pg_trigger JOIN relation ON relation.oid = tgrelid JOIN pg_constraint ON pg_constraint.oid = tgconstraint
WHERE tgisinternal
UNION ALL
SELECT 'rule', relname || ' ' || rulename, pg_get_ruledef(pg_rewrite.oid)
FROM pg_rewrite JOIN relation ON relation.oid = ev_class WHERE relkind = 'r'
UNION ALL
SELECT 'function', oid::regprocedure::text, 'owner ' || proowner::regrole || E'\n' || pg_get_functiondef(oid)
FROM pg_proc WHERE pronamespace = 'nabij'::regnamespace AND prokind <> 'a'
UNION ALL
SELECT 'type', typname, concat_ws(', ', 'owner ' || typowner::regrole, (
        SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = pg_type.oid
    ), CASE WHEN typtype = 'd' THEN format_type(typbasetype, typtypmod) END)
FROM pg_type WHERE typnamespace = 'nabij'::regnamespace AND typtype IN ('e', 'd')
UNION ALL
SELECT 'statistics', stxname, pg_get_statisticsobjdef(oid)
FROM pg_statistic_ext WHERE stxnamespace = 'nabij'::regnamespace
UNION ALL
SELECT 'default privileges', defaclrole::regrole || ' ' || defaclobjtype::text, defaclacl::text
FROM pg_default_acl WHERE defaclnamespace IN (0, 'nabij'::regnamespace) AND defaclrole = 'nabij_owner'::regrole
UNION ALL
SELECT 'publication', pubname, relname FROM pg_publication_rel
JOIN pg_publication ON pg_publication.oid = prpubid JOIN relation ON relation.oid = prrelid
UNION ALL
SELECT 'grant', kind || ' ' || name || ' to ' || CASE grantee WHEN 0 THEN 'public' ELSE grantee::regrole::text END,
    string_agg(privilege_type || CASE WHEN is_grantable THEN ' with grant option' ELSE '' END, ', ' ORDER BY privilege_type)
FROM acl, aclexplode(acl) WHERE grantee <> owner
GROUP BY kind, name, grantee
