using Earshot.Cli.Shell;
using Xunit;

namespace Earshot.Cli.Tests;

/// <summary>A command line of the tool that runs in this process, with its own streams and environment.</summary>
internal sealed class ToolRun
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private ToolRun(TextRecorder output, TextRecorder error) => (Output, Errors) = (output, error);

    private TextRecorder Output { get; }

    private TextRecorder Errors { get; }

    internal string Out => Output.ToString();

    internal string Error => Errors.ToString();

    /// <summary>The lines of the output.</summary>
    internal string[] Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The exit code.</summary>
    internal Task<int> Code { get; private set; } = Task.FromResult(0);

    internal CancellationTokenSource Stop { get; } = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    /// <summary>Starts a command line.</summary>
    internal static ToolRun Start(Func<ToolHost, ToolHost> change, params IReadOnlyList<string> args)
    {
        var run = new ToolRun(new TextRecorder(), new TextRecorder());
        var host = new ToolHost { Out = run.Output, Error = run.Errors, In = TextReader.Null };
        run.Code = EarshotTool.RunAsync(args, change(host), run.Stop.Token).WaitAsync(s_limit, TestContext.Current.CancellationToken);
        return run;
    }

    /// <summary>Runs a command line to its end.</summary>
    internal static async Task<ToolRun> EndOfAsync(Func<ToolHost, ToolHost> change, params IReadOnlyList<string> args)
    {
        ToolRun run = Start(change, args);
        await run.Code;
        return run;
    }

    /// <summary>Runs a command line to its end, in an empty environment.</summary>
    internal static Task<ToolRun> EndOfAsync(params IReadOnlyList<string> args) => EndOfAsync(static host => host, args);

    /// <summary>Waits until the tool has written a text to its error output.</summary>
    internal Task WroteErrorAsync(string text) => Errors.WhenAsync(text).WaitAsync(s_limit, TestContext.Current.CancellationToken);

    /// <summary>Waits until the tool has written a text to its output.</summary>
    internal Task WroteAsync(string text) => Output.WhenAsync(text).WaitAsync(s_limit, TestContext.Current.CancellationToken);
}
