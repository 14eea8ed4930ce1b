using System.Collections;
using System.Collections.Concurrent;

namespace Earshot.Events;

/// <summary>
/// The state of one log entry: the properties of the message, and those that every entry of a connection has. The text and the values are
/// one line, so that a server cannot forge lines. Structured loggers read the pairs.
/// </summary>
internal sealed class LoggedEvent : IReadOnlyList<KeyValuePair<string, object?>>
{
    private const string OriginalFormat = "{OriginalFormat}";
    private static readonly ConcurrentDictionary<string, string> s_templates = new(StringComparer.Ordinal);

    private readonly List<KeyValuePair<string, object?>> _properties;

    public LoggedEvent(string connection, NatsConnectionEvent e, IReadOnlyList<KeyValuePair<string, object?>> message, string text)
    {
        Text = EventText.OneLine($"{connection}: {text}");
        _properties = new List<KeyValuePair<string, object?>>(message.Count + 7) { new("Connection", connection) };
        string template = "";
        foreach ((string name, object? value) in message)
        {
            if (name == OriginalFormat)
            {
                template = (string)value!;
            }
            else
            {
                _properties.Add(new(name, value is string line ? EventText.OneLine(line) : value));
            }
        }

        AddMissing("Server", e.Snapshot.Server?.ToString() ?? e.Snapshot.LastServer?.ToString());
        AddMissing("Outage", e.OutageId);
        AddMissing("Session", e.SessionId);
        AddMissing("Attempt", e.AttemptId);
        AddMissing("State", e.State);
        AddMissing("Sequence", e.Sequence);
        _properties.Add(new(OriginalFormat, s_templates.GetOrAdd(template, static known => "{Connection}: " + known)));
    }

    /// <summary>The message.</summary>
    public string Text { get; }

    public int Count => _properties.Count;

    public KeyValuePair<string, object?> this[int index] => _properties[index];

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _properties.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => Text;

    private void AddMissing(string name, object? value)
    {
        if (!_properties.Exists(property => property.Key == name))
        {
            _properties.Add(new(name, value));
        }
    }
}
