using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Earshot.Dashboard.Tests.Kit;

/// <summary>Collects the log of a host, at level Information and above.</summary>
internal sealed class LogLines : ILoggerProvider
{
    private readonly ConcurrentQueue<(string Category, LogLevel Level, string Text)> _lines = new();

    public IReadOnlyList<(string Category, LogLevel Level, string Text)> All => [.. _lines];

    /// <summary>The entries of the dashboard.</summary>
    public IReadOnlyList<string> OfDashboard => [.. All.Where(line => line.Category == "Earshot.Dashboard").Select(line => $"{line.Level}: {line.Text}")];

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(LogLines lines, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                lines._lines.Enqueue((category, logLevel, formatter(state, exception)));
            }
        }
    }
}
