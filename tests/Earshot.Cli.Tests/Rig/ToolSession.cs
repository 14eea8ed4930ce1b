using Earshot.Cli.Shell;

namespace Earshot.Cli.Tests.Rig;

/// <summary>A command line that runs inside the test.</summary>
internal sealed class ToolSession : IAsyncDisposable
{
    private readonly CancellationTokenSource _cancelling = new();

    private ToolSession(TimeProvider time, string[] args)
    {
        var host = new ToolHost { Out = Out, Error = Error, In = In, Time = time };
        Code = EarshotTool.RunAsync(args, host, _cancelling.Token);
    }

    internal AwaitableOutput Out { get; } = new();

    internal AwaitableOutput Error { get; } = new();

    internal LineFeed In { get; } = new();

    /// <summary>The exit code.</summary>
    internal Task<int> Code { get; }

    internal static ToolSession Start(params string[] args) => new(TimeProvider.System, args);

    internal static ToolSession Start(TimeProvider time, params string[] args) => new(time, args);

    /// <summary>What Ctrl+C does.</summary>
    internal Task CancelAsync() => _cancelling.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        await _cancelling.CancelAsync();
        In.End();
        await Code;
        _cancelling.Dispose();
    }
}
