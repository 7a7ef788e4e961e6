-- Keeps another text of a family of refresh tokens, where what is kept is still the old one.
-- KEYS[1]: the family. ARGV: the old text, empty for none; the new one; its life in milliseconds.
if (redis.call("GET", KEYS[1]) or "") ~= ARGV[1] then
    return 0
end
redis.call("SET", KEYS[1], ARGV[2], "PX", ARGV[3])
return 1
