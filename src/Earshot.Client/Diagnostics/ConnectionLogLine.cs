using System.Collections;

namespace Earshot.Diagnostics;

/// <summary>The state of one log line; structured loggers read its pairs. The text must already be one line without control characters.</summary>
internal readonly struct ConnectionLogLine(string text, long sequence, string state, int session, int outage) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public string Text { get; } = text;

    public int Count => 5;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("NatsSequence", sequence),
        1 => new("NatsState", state),
        2 => new("NatsSession", session),
        3 => new("NatsOutage", outage),
        4 => new("{OriginalFormat}", Text),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => Text;
}
