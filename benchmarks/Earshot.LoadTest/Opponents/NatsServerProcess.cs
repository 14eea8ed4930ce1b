using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Earshot.LoadTest.Opponents;

/// <summary>A real nats-server on a free port of the loopback interface, with its default settings and the arguments given.</summary>
internal sealed partial class NatsServerProcess : IDisposable
{
    private const int DefaultMaxPayload = 1024 * 1024;

    private readonly Process _process;

    private NatsServerProcess(Process process, int port, string version)
    {
        _process = process;
        Port = port;
        Version = version;
    }

    public int Port { get; }

    public string Version { get; }

    /// <summary>What it has used since it started.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static async Task<NatsServerProcess> StartAsync(string path, params string[] more)
    {
        Process process = Process.Start(new ProcessStartInfo(path, ["-a", "127.0.0.1", "-p", "-1", .. more]) { RedirectStandardError = true })!;
        string version = "nats-server";
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            if (VersionLine().Match(line) is { Success: true } named)
            {
                version = $"nats-server {named.Groups[1].Value}";
            }

            if (ListeningLine().Match(line) is { Success: true } listening)
            {
                // Its log must be read on, or it would block on a full pipe.
                _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
                return new NatsServerProcess(process, int.Parse(listening.Groups[1].Value, CultureInfo.InvariantCulture), version);
            }
        }

        await process.WaitForExitAsync();
        int code = process.ExitCode;
        process.Dispose();
        throw new InvalidOperationException($"{path} ended with code {code} without listening.");
    }

    /// <summary>The same, and it accepts payloads of this size: by default a server accepts 1 MiB.</summary>
    public static async Task<NatsServerProcess> StartForPayloadsAsync(string path, int largest)
    {
        if (largest <= DefaultMaxPayload)
        {
            return await StartAsync(path);
        }

        string configuration = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(configuration, string.Create(CultureInfo.InvariantCulture, $"max_payload: {largest}\n"));
            return await StartAsync(path, "-c", configuration);
        }
        finally
        {
            File.Delete(configuration);
        }
    }

    /// <summary>Ends it without notice, as a crash would.</summary>
    public void Kill() => _process.Kill();

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    [GeneratedRegex(@"Version:\s+(\S+)")]
    private static partial Regex VersionLine();

    [GeneratedRegex(@"Listening for client connections on .*:(\d+)")]
    private static partial Regex ListeningLine();
}
