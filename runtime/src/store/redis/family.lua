-- Keeps another text of a family of refresh tokens, where what is kept is still the old one; 1 where it has it now.
-- KEYS[1]: the family. ARGV: the old text, empty for none; the new one; its life in milliseconds.
local held = redis.call("GET", KEYS[1]) or ""
-- It was asked before and its answer was lost: no two uses have the same new text.
if held == ARGV[2] then
    return 1
end
if held ~= ARGV[1] then
    return 0
end
redis.call("SET", KEYS[1], ARGV[2], "PX", ARGV[3])
return 1
