using System.Diagnostics;

namespace Earshot.RealServer;

/// <summary>
/// One real nats-server on 127.0.0.1 with a folder of its own: start, stop, kill, freeze, reload, restart on the same
/// ports. It is independent of the client. Not thread-safe; <see cref="Log"/> is.
/// </summary>
internal sealed class NatsServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private readonly string _binary;
    private readonly string _configPath;
    private readonly ReservedPort _port = ReservedPort.Take();
    private readonly ReservedPort _monitoringPort = ReservedPort.Take();
    private NatsServerSetup _setup;
    private Process? _process;
    private Task _pump = Task.CompletedTask;

    private NatsServerProcess(NatsServerSetup setup, string binary)
    {
        _setup = setup;
        _binary = binary;
        Folder = Directory.CreateTempSubdirectory("earshot-nats-").FullName;
        _configPath = Path.Combine(Folder, "nats-server.conf");
    }

    internal NatsServerLog Log { get; } = new();

    /// <summary>The server's own folder; it goes away with <see cref="DisposeAsync"/>.</summary>
    internal string Folder { get; }

    internal string? Name => _setup.Name;

    /// <summary>The configuration text in use; what is put before it (host, ports, name) is not part of it.</summary>
    internal string Config => _setup.Config;

    internal int Port => _port.Number;

    internal string Url => $"nats://127.0.0.1:{Port}";

    internal Uri MonitoringUrl => new($"http://127.0.0.1:{_monitoringPort.Number}/");

    internal bool IsRunning => _process is { HasExited: false };

    /// <summary>The id of the running server process.</summary>
    internal int ProcessId => Running.Id;

    private Process Running => _process ?? throw new InvalidOperationException("This nats-server is stopped.");

    /// <summary>Starts a server and completes when it accepts clients.</summary>
    /// <exception cref="InvalidOperationException">The server ended instead; its log is in the message.</exception>
    internal static async Task<NatsServerProcess> StartAsync(
        NatsServerSetup? setup = null, CancellationToken cancellationToken = default)
    {
        setup ??= new NatsServerSetup();
        string binary = setup.Binary ?? await NatsServerLocator.Newest.WaitAsync(cancellationToken).ConfigureAwait(false);
        var server = new NatsServerProcess(setup, binary);
        try
        {
            await server.LaunchAsync(cancellationToken).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Starts a stopped or killed server again, on the same ports and with the same folder.</summary>
    internal async Task StartServerAsync(CancellationToken cancellationToken = default)
    {
        if (_process is not null)
        {
            await KillAsync(cancellationToken).ConfigureAwait(false);
        }

        await LaunchAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops the server in order and starts it again on the same ports.</summary>
    internal async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await StopAsync(cancellationToken).ConfigureAwait(false);
        await LaunchAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks the server to end (SIGTERM) and waits until it has.</summary>
    internal Task StopAsync(CancellationToken cancellationToken = default) =>
        EndAsync(OperatingSystem.IsWindows() ? ServerSignal.Kill : ServerSignal.Terminate, cancellationToken);

    /// <summary>Ends the server immediately (kill -9), frozen or not, and waits for its exit.</summary>
    internal Task KillAsync(CancellationToken cancellationToken = default) => EndAsync(ServerSignal.Kill, cancellationToken);

    /// <summary>Sends a signal and returns; the log shows when the server has processed it.</summary>
    internal void Signal(ServerSignal signal) => ServerSignals.Send(Running, signal);

    /// <summary>Completes when the running server has ended by itself, for example at the end of lame duck mode.</summary>
    internal async Task WaitForExitAsync(CancellationToken cancellationToken = default)
    {
        if (_process is { } process)
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            await CleanUpAsync(process).ConfigureAwait(false);
        }
    }

    /// <summary>Sends the server into lame duck mode and completes when it has notified its clients.</summary>
    internal async Task EnterLameDuckModeAsync(CancellationToken cancellationToken = default)
    {
        int mark = Log.Mark;
        Signal(ServerSignal.LameDuck);
        await AwaitLineAsync("Entering lame duck mode", mark, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Replaces <see cref="NatsServerSetup.Config"/>, reloads, and completes when the server has taken it.</summary>
    /// <exception cref="InvalidOperationException">The server refused it; its reason is in the message.</exception>
    internal async Task ReloadAsync(string config, CancellationToken cancellationToken = default)
    {
        _setup = _setup with { Config = config };
        await WriteConfigAsync(cancellationToken).ConfigureAwait(false);
        int mark = Log.Mark;
        Signal(ServerSignal.Reload);
        // Both outcomes are written "... reload[ed] server configuration".
        string line = await Log.WaitForAsync(
            line => line.Contains("Reloaded server configuration", StringComparison.Ordinal)
                || line.Contains("Failed to reload server configuration", StringComparison.Ordinal),
            "the outcome of the reload",
            mark,
            cancellationToken).WaitAsync(s_limit, cancellationToken).ConfigureAwait(false);
        if (line.Contains("Failed", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"nats-server refused the configuration: {line}");
        }
    }

    /// <summary>Kills the server if it runs and removes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await KillAsync().ConfigureAwait(false);
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }

        _port.Dispose();
        _monitoringPort.Dispose();
    }

    private async Task LaunchAsync(CancellationToken cancellationToken)
    {
        await WriteConfigAsync(cancellationToken).ConfigureAwait(false);
        int mark = Log.Mark;
        Log.Begin();
        _process = ServerLauncher.Start(_binary, ["-c", _configPath, .. _setup.Arguments]);
        _pump = PumpAsync(_process.StandardError);
        try
        {
            await AwaitLineAsync("Server is ready", mark, cancellationToken).ConfigureAwait(false);
            if (_setup.JetStream)
            {
                await KeepStreamsFolderAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            await KillAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    // nats-server removes an account's folder of streams when a stream is deleted and the folder is empty. A stream that is created with file
    // storage at that moment is refused: error 10049, "mkdir ...: no such file or directory" in the server's log. A folder with a file stays.
    private async Task KeepStreamsFolderAsync(CancellationToken cancellationToken)
    {
        string folder = Directory.CreateDirectory(Path.Combine(Folder, "js", "jetstream", "$G", "streams")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "keep"), "", cancellationToken).ConfigureAwait(false);
    }

    private Task WriteConfigAsync(CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(_configPath, _setup.Render(Port, _monitoringPort.Number, Folder), cancellationToken);

    private Task<string> AwaitLineAsync(string text, int mark, CancellationToken cancellationToken) =>
        Log.WaitForAsync(text, mark, cancellationToken).WaitAsync(s_limit, cancellationToken);

    private async Task PumpAsync(StreamReader output)
    {
        while (await output.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            Log.Append(line);
        }

        Log.End();
    }

    private async Task EndAsync(ServerSignal signal, CancellationToken cancellationToken)
    {
        if (_process is not { } process)
        {
            return;
        }

        if (signal == ServerSignal.Kill)
        {
            process.Kill();
        }
        else if (!process.HasExited)
        {
            ServerSignals.Send(process, signal);
        }

        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        await CleanUpAsync(process).ConfigureAwait(false);
    }

    private async Task CleanUpAsync(Process process)
    {
        ServerLauncher.Release(process);
        await _pump.ConfigureAwait(false);
        _process = null;
        process.Dispose();
    }
}
