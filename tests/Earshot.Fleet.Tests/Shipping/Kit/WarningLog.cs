using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Earshot.Fleet.Tests.Shipping;

/// <summary>Collects the warnings of shippers.</summary>
internal sealed class WarningLog : ILoggerFactory, ILogger
{
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<string> _texts = new();

    /// <summary>Completes with the first warning.</summary>
    public Task First => _first.Task;

    public IReadOnlyList<string> Texts => [.. _texts];

    public ILogger CreateLogger(string categoryName) => categoryName == "Earshot.Fleet" ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        _texts.Enqueue(formatter(state, exception));
        _first.TrySetResult();
    }
}
