using Microsoft.Extensions.Logging;

namespace Earshot.Client.Tests.Events.Logging;

/// <summary>Collects what is logged from a level on, with the category and the properties.</summary>
internal sealed class LogEntries(LogLevel least) : ILoggerFactory
{
    public Calls<LogEntry> All { get; } = new();

    private LogLevel Least => least;

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    private sealed class Logger(LogEntries entries, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= entries.Least;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                entries.All.Add(new LogEntry(category, logLevel, eventId, formatter(state, exception), exception, new Dictionary<string, object?>((IReadOnlyList<KeyValuePair<string, object?>>)state!)));
            }
        }
    }

}
