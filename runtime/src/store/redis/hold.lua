-- Who holds a tag: a list of token:expiry in milliseconds of the server's own clock, kept until the last one runs out.
-- KEYS[1] the hold · ARGV[1] a token · ARGV[2] for how many milliseconds it holds from now, 0 to lift it
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local kept, last = {}, now
local function keep(token, expiry)
    kept[#kept + 1] = token .. ':' .. string.format('%.0f', expiry)
    last = math.max(last, expiry)
end
for token, expiry in string.gmatch(redis.call('GET', KEYS[1]) or '', '(%x+):(%d+)') do
    if token ~= ARGV[1] and tonumber(expiry) > now then keep(token, tonumber(expiry)) end
end
if tonumber(ARGV[2]) > 0 then keep(ARGV[1], now + tonumber(ARGV[2])) end
if #kept == 0 then return redis.call('DEL', KEYS[1]) end
return redis.call('SET', KEYS[1], table.concat(kept, ','), 'PX', string.format('%.0f', last - now))
