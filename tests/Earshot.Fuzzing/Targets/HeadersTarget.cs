using Earshot.Fuzzing.Engine;
using Earshot.Protocol;

namespace Earshot.Fuzzing.Targets;

/// <summary>Header blocks: what is read is sent on unchanged, and after a change it is refused or read again as it is.</summary>
internal sealed class HeadersTarget : IFuzzTarget
{
    public string Name => "headers";

    public IReadOnlyList<byte[]> Seeds { get; } = Targets.Words.Of("NATS/1.0\r\nA: b\r\nc:d\r\nA: e\r\n\r\n", "NATS/1.0 503 No Responders\r\n\r\n", "NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Stream: 7\r\n\r\n");

    public IReadOnlyList<byte[]> Words { get; } = Targets.Words.Of("NATS/1.0", "\r\n", "\r\n\r\n", ": ", " 404 ", "A: b\r\n", "\n", "\r", "\u00ff");

    public void Run(ReadOnlySpan<byte> input)
    {
        HeaderCodec.TryReadStatus(input, out _);
        NatsHeaders headers;
        try
        {
            headers = HeaderCodec.Parse(input.ToArray());
        }
        catch (NatsHeaderParseException)
        {
            return;
        }

        int values = headers.Sum(static pair => pair.Value.Count);
        NatsHeaders changed = headers.Copy();
        Finding.Unless(values == changed.Sum(static pair => pair.Value.Count), "A copy has other values.");
        changed["Added-By-Test"] = "1";
        byte[] block;
        try
        {
            block = new byte[HeaderCodec.Measure(changed)];
        }
        catch (NatsInvalidHeaderException)
        {
            return; // what was received may not be written
        }

        Finding.Unless(HeaderCodec.Write(changed, block) == block.Length, "The block has another size than was measured.");
        NatsHeaders again = HeaderCodec.Parse(block);
        Finding.Unless(changed.Count == again.Count && changed.All(pair => again[pair.Key] == pair.Value), "The headers are not read as they were written.");
    }
}
