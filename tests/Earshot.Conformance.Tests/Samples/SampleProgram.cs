using System.Diagnostics;
using Xunit;

namespace Earshot.Conformance.Tests.Samples;

/// <summary>One sample that runs as a separate process against a server: its output and its exit. Contains no assertions.</summary>
internal sealed class SampleProgram : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly List<(Func<string, bool> Match, TaskCompletionSource Found)> _waits = [];
    private readonly Task _reading;

    private SampleProgram(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    internal IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>The id of the process.</summary>
    internal int Id => _process.Id;

    /// <summary>Starts the sample that was built with these tests.</summary>
    internal static SampleProgram Start(string name, string url, params ReadOnlySpan<(string Name, string Value)> environment)
    {
        // .../tests/Earshot.Conformance.Tests/bin/Debug/net10.0: the samples are built with the same configuration.
        var bin = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        string root = bin.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
        string program = Path.Combine(root, "samples", name, "bin", bin.Parent.Name, bin.Name, name + ".dll");
        Assert.True(File.Exists(program), $"{program} is not built");
        var info = new ProcessStartInfo("dotnet", [program]) { RedirectStandardOutput = true, RedirectStandardError = true };
        info.Environment["NATS_URL"] = url;
        foreach ((string? variable, string? value) in environment)
        {
            info.Environment[variable] = value;
        }

        return new SampleProgram(Process.Start(info)!);
    }

    /// <summary>Runs the sample to its end, which must be a good one.</summary>
    internal static async Task<IReadOnlyList<string>> RunAsync(string name, string url, CancellationToken cancellationToken)
    {
        using SampleProgram program = Start(name, url);
        await program.EndAsync(cancellationToken);
        return program.Lines;
    }

    /// <summary>Completes when the program has printed a line that contains the text.</summary>
    internal Task PrintedAsync(string text, CancellationToken cancellationToken) =>
        PrintedAsync(line => line.Contains(text, StringComparison.Ordinal), 1, cancellationToken, $"a line with '{text}'");

    /// <summary>Completes when the program has printed as many lines that match.</summary>
    internal async Task PrintedAsync(Func<string, bool> match, int times, CancellationToken cancellationToken, string what = "a line")
    {
        var found = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_lines.Count(match) >= times)
            {
                return;
            }

            _waits.Add((line => match(line) && _lines.Count(match) >= times, found));
        }

        await WithinLimitAsync(found.Task, what, cancellationToken);
    }

    /// <summary>Completes when the program has ended by itself; fails when it did not end well.</summary>
    internal async Task EndAsync(CancellationToken cancellationToken)
    {
        await WithinLimitAsync(_process.WaitForExitAsync(cancellationToken), "the end of the program", cancellationToken);
        await _reading.WaitAsync(s_limit, cancellationToken);
        Assert.True(_process.ExitCode == 0, $"ended with {_process.ExitCode}:\n{string.Join('\n', Lines)}");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task WithinLimitAsync(Task task, string what, CancellationToken cancellationToken)
    {
        try
        {
            await task.WaitAsync(s_limit, cancellationToken);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"waited {s_limit} for {what}; printed so far:\n{string.Join('\n', Lines)}");
        }
    }

    private async Task ReadAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            lock (_gate)
            {
                _lines.Add(line);
                foreach ((Func<string, bool> Match, TaskCompletionSource Found) wait in _waits.Where(wait => wait.Match(line)))
                {
                    wait.Found.TrySetResult();
                }
            }
        }
    }
}
