using Microsoft.Extensions.Logging;

namespace Earshot.Events;

/// <summary>Writes the message of one event with the name of its connection in front of it, and with the properties of every entry.</summary>
internal sealed class EventLogger(ILogger inner, string connection, NatsConnectionEvent e) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var properties = (IReadOnlyList<KeyValuePair<string, object?>>)state!;
        inner.Log(logLevel, eventId, new LoggedEvent(connection, e, properties, formatter(state, exception)), exception, static (logged, _) => logged.Text);
    }
}
