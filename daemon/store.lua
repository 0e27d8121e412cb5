#!lua name=watchkeeper
-- The one call that writes (design.md section 5): checks everything first, then makes absolute writes only, meta last.
--
-- FCALL watchkeeper_write <n> <keys...> <epoch> <revision> <operations...>
--
-- The first key is the partition's meta hash. Epoch and revision are those that the write was computed from; when the hash
-- has others, nothing is written and the reply is REFUSED. An operation is <name> <place of its key> <n> <n words>:
--   hset field value ... | hdel field ... | hforget prefix | zadd score member ... | zrem member ... | sadd member ... |
--   srem member ... | del
-- An error in the middle of a function leaves what it has written, hence the checks; unpack() takes no more than some
-- thousand words, hence the slices.

local SLICE = 1000

local WANTED = {
  hset = 'hash', hdel = 'hash', hforget = 'hash', zadd = 'zset', zrem = 'zset', sadd = 'set', srem = 'set', del = false,
}

local function check(keys, args)
  local at = 3
  while at <= #args do
    local name, key, count = args[at], keys[tonumber(args[at + 1])], tonumber(args[at + 2])
    local wanted = WANTED[name]
    if wanted == nil or key == nil or count == nil or at + 2 + count > #args then
      return 'WKCALL the call is not well-formed'
    end
    local found = redis.call('TYPE', key).ok
    if wanted and found ~= 'none' and found ~= wanted then
      return 'WKTYPE ' .. key .. ' is a ' .. found .. ' and not a ' .. wanted
    end
    at = at + 3 + count
  end
  return nil
end

local function in_slices(command, key, args, first, count)
  local last = first + count - 1
  for from = first, last, SLICE do
    redis.call(command, key, unpack(args, from, math.min(from + SLICE - 1, last)))
  end
end

local function forget(key, prefix)
  for _, field in ipairs(redis.call('HKEYS', key)) do
    if string.sub(field, 1, #prefix) == prefix then
      redis.call('HDEL', key, field)
    end
  end
end

local function apply(keys, args)
  local at = 3
  while at <= #args do
    local name, key, count = args[at], keys[tonumber(args[at + 1])], tonumber(args[at + 2])
    if name == 'del' then
      redis.call('DEL', key)
    elseif name == 'hforget' then
      forget(key, args[at + 3])
    elseif count > 0 then
      in_slices(name, key, args, at + 3, count)
    end
    at = at + 3 + count
  end
end

local function write(keys, args)
  local meta_type = redis.call('TYPE', keys[1]).ok
  if meta_type ~= 'none' and meta_type ~= 'hash' then
    return redis.error_reply('WKTYPE ' .. keys[1] .. ' is a ' .. meta_type .. ' and not a hash')
  end
  local meta = redis.call('HMGET', keys[1], 'epoch', 'revision')
  if (meta[1] or '0') ~= args[1] or (meta[2] or '0') ~= args[2] then
    return redis.status_reply('REFUSED')
  end
  local wrong = check(keys, args)
  if wrong then
    return redis.error_reply(wrong)
  end
  apply(keys, args)
  return redis.status_reply('OK')
end

redis.register_function('watchkeeper_write', write)
