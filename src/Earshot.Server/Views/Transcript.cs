using System.Globalization;
using System.Text;

namespace Earshot.Server.Views;

/// <summary>The last chunks of bytes that went over the links, with credentials left out. Thread-safe.</summary>
internal sealed class Transcript(int capacity, TimeProvider clock)
{
    private const int Longest = 512;

    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = new();
    private readonly long _start = clock.GetTimestamp();

    /// <param name="clientId">Whose link it is.</param>
    /// <param name="fromClient">The direction.</param>
    /// <param name="bytes">What passed, without credentials.</param>
    public void Add(long clientId, bool fromClient, ReadOnlySpan<byte> bytes)
    {
        string text = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, Longest)]);
        text = text.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        string rest = bytes.Length > Longest ? $" ... {bytes.Length} bytes" : string.Empty;
        Add(string.Create(CultureInfo.InvariantCulture, $"{(fromClient ? "C" : "S")} {clientId}"), text + rest);
    }

    /// <param name="words">What JetStream does.</param>
    public void Add(string words) => Add("J", words);

    private void Add(string who, string text)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"{clock.GetElapsedTime(_start).TotalSeconds:0.000} {who}: {text}");
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
