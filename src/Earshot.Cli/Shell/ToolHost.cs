using Earshot.Cli.Output;

namespace Earshot.Cli.Shell;

/// <summary>What a command uses of its process: the three streams, the environment, the clock. Tests use their own.</summary>
internal sealed record ToolHost
{
    /// <summary>The answer of a command, and nothing else.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Everything that is not the answer: errors, progress, hints.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>The standard input.</summary>
    public required TextReader In { get; init; }

    /// <summary>Whether the output is something else than a terminal.</summary>
    public bool IsOutRedirected { get; init; } = true;

    /// <summary>Whether the error output is something else than a terminal.</summary>
    public bool IsErrorRedirected { get; init; } = true;

    /// <summary>Whether the input is something else than a terminal.</summary>
    public bool IsInRedirected { get; init; } = true;

    /// <summary>Returns the next key that was pressed on the terminal; null when there is none.</summary>
    public Func<char?> ReadKey { get; init; } = static () => null;

    /// <summary>Returns the value of an environment variable; null when it is not set or empty.</summary>
    public Func<string, string?> Variable { get; init; } = static _ => null;

    /// <summary>The standard input as bytes; null when there is only <see cref="In"/>.</summary>
    public Func<Stream>? InBytes { get; init; }

    /// <summary>The standard output as bytes, for payloads that are written as they are; null when there is only <see cref="Out"/>.</summary>
    public Func<Stream>? OutBytes { get; init; }

    /// <summary>The number of columns of the terminal; null when there is none.</summary>
    public int? Width { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Whether the user wants no colours (<c>NO_COLOR</c>).</summary>
    public bool IsPlain => Variable("NO_COLOR") is not null;

    /// <summary>Whether the terminal understands the sequences that erase and move the cursor (<c>TERM</c>).</summary>
    public bool CanErase => OperatingSystem.IsWindows() || Variable("TERM") is { } terminal and not "dumb";

    /// <summary>The streams of this process.</summary>
    public static ToolHost OfProcess() => new()
    {
        Out = PipedOutput.IsAvailable ? TextWriter.Synchronized(new StreamWriter(new PipedOutput(), Console.Out.Encoding) { AutoFlush = true }) : Console.Out,
        Error = Console.Error,
        In = Console.In,
        IsOutRedirected = Console.IsOutputRedirected,
        IsErrorRedirected = Console.IsErrorRedirected,
        IsInRedirected = Console.IsInputRedirected,
        InBytes = Console.OpenStandardInput,
        OutBytes = PipedOutput.IsAvailable ? static () => new PipedOutput() : Console.OpenStandardOutput,
        Width = Console.IsOutputRedirected ? null : Console.WindowWidth is > 0 and var columns ? columns : null,
        ReadKey = static () => Console.KeyAvailable ? Console.ReadKey(intercept: true).KeyChar : null,
        Variable = static name => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null,
    };

    /// <summary>
    /// Reads the standard input to its end, or until the token is cancelled: reading cannot be cancelled, also not where it is asynchronous,
    /// so it continues on another thread and its result is lost.
    /// </summary>
    public static Task<T> ReadInputAsync<T>(Func<T> read, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(cancellationToken);

    /// <summary>A screen on the standard output.</summary>
    public Screen OpenScreen() => Screen.On(Out, IsOutRedirected, IsPlain, CanErase);

    /// <summary>A screen on the standard error, for progress and hints.</summary>
    public Screen OpenErrorScreen() => Screen.On(Error, IsErrorRedirected, IsPlain, CanErase);

    /// <summary>Writes a line that is not the answer, such as an error, to the standard error.</summary>
    /// <param name="text">One line; it may be text of a program or a server.</param>
    public void Note(string text) => OpenErrorScreen().Line(new Span("earshot: "), new Span(SafeText.Line(text)));
}
