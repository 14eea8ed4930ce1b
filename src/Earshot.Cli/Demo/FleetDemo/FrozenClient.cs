using System.Diagnostics;
using System.Globalization;
using Earshot.Cli.Journals;
using Earshot.Fleet;
using Earshot.RealServer;

namespace Earshot.Cli.Demo;

/// <summary>A client in a process of its own, <c>earshot watch --record</c>, that is frozen and continued.</summary>
internal sealed class FrozenClient : IAsyncDisposable
{
    /// <summary>The name that the tool gives its connections.</summary>
    internal const string Name = "earshot";

    private readonly Process _process;
    private readonly string _journal;

    private FrozenClient(Process process, string journal) => (_process, _journal) = (process, journal);

    /// <summary>Starts the process, which connects by itself and trusts an authority.</summary>
    internal static FrozenClient Start(string url, string authority)
    {
        string journal = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"earshot-demo-{Environment.ProcessId}.jsonl"));
        File.Delete(journal);
        string program = Environment.ProcessPath!;
        // The process of a tool without a program of its own is that of dotnet.
        string[] tool = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [Path.Combine(AppContext.BaseDirectory, $"{typeof(FrozenClient).Assembly.GetName().Name}.dll")] : [];
        var start = new ProcessStartInfo(program, [.. tool, "watch", url, "--tlsca", authority, "--record", journal]) { RedirectStandardOutput = true, RedirectStandardError = true };
        Process process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new FrozenClient(process, journal);
    }

    internal void Freeze() => ServerSignals.Send(_process, ServerSignal.Freeze);

    internal void Continue() => ServerSignals.Send(_process, ServerSignal.Continue);

    /// <summary>What it has recorded so far, as its process would ship it.</summary>
    internal async Task<IReadOnlyList<FleetRecord>> RecordsAsync(CancellationToken cancellationToken) =>
        FleetRecordFile.OfJournal((await JournalAsync(cancellationToken).ConfigureAwait(false)).Events, Name, Name, FleetDemoCluster.Reports);

    /// <summary>What it has recorded so far; a last line that is not complete is left out.</summary>
    internal async Task<RecordedJournal> JournalAsync(CancellationToken cancellationToken)
    {
        var events = new List<NatsConnectionEvent>();
        if (!File.Exists(_journal))
        {
            return new RecordedJournal(Name, events);
        }

        string text = await File.ReadAllTextAsync(_journal, cancellationToken).ConfigureAwait(false);
        using var whole = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text[..(text.LastIndexOf('\n') + 1)]));
        await foreach (NatsConnectionEvent e in NatsJournalExport.ReadAsync(whole, cancellationToken).ConfigureAwait(false))
        {
            events.Add(e);
        }

        return new RecordedJournal(Name, events);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        _process.Dispose();
        File.Delete(_journal);
    }
}
