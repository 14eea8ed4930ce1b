using System.Globalization;
using System.Text;

namespace Earshot.Server.Views;

/// <summary>The last chunks of bytes that went over the links, with credentials left out. Thread-safe.</summary>
internal sealed class Transcript(int capacity, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = new();
    private readonly long _start = clock.GetTimestamp();

    public void Add(long clientId, bool fromClient, ReadOnlySpan<byte> bytes)
    {
        var text = fromClient && bytes.IndexOf("CONNECT"u8) >= 0 ? "CONNECT {...}" : Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 512)]);
        text = text.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        var line = string.Create(
            CultureInfo.InvariantCulture, $"{clock.GetElapsedTime(_start).TotalSeconds:0.000} {(fromClient ? "C" : "S")} {clientId}: {text}");
        lock (_lock)
        {
            if (_lines.Count >= capacity)
            {
                _lines.Dequeue();
            }

            _lines.Enqueue(line);
        }
    }

    public override string ToString()
    {
        lock (_lock)
        {
            return string.Join('\n', _lines);
        }
    }
}
