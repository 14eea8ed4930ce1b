using Earshot.Cli.Output;
using Earshot.Cli.Shell;
using Microsoft.Extensions.Logging;

namespace Earshot.Cli.Fleet;

/// <summary>The log of the page: its link goes to the standard output, its warnings to the standard error; what the web server logs is not shown.</summary>
internal sealed class PageLog(ToolHost host, bool isJson) : ILoggerProvider, ILogger
{
    private bool _isOfPage;

    public ILogger CreateLogger(string categoryName) => new PageLog(host, isJson) { _isOfPage = categoryName.StartsWith("Earshot.", StringComparison.Ordinal) };

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => _isOfPage && logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        if (isJson && LinkOf(state) is { } link)
        {
            JsonLines.Write(host.Out, new FleetPageAnswer(link), FleetJson.Default.FleetPageAnswer);
            return;
        }

        (logLevel == LogLevel.Information ? host.Out : host.Error).WriteLine(SafeText.Line(formatter(state, exception)));
    }

    public void Dispose()
    {
    }

    private static string? LinkOf<TState>(TState state) =>
        state is IEnumerable<KeyValuePair<string, object?>> values ? values.FirstOrDefault(static value => value.Key == "Link").Value as string : null;
}
