using System.Diagnostics;
using System.Globalization;
using Earshot.RealServer;
using Xunit;

namespace Earshot.Fleet.Tests.Unknown;

/// <summary>A process of a service with ten connections, one of which knows one server only. It ships its journals with the options that applications have.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    internal const int Connections = 10;

    private readonly Process _process;

    private ServiceProcess(Process process, string service, int number, int host) => (_process, Service, Number, Host) = (process, service, number, host);

    public string Service { get; }

    public int Number { get; }

    /// <summary>The number of its host.</summary>
    public int Host { get; }

    public IEnumerable<string> Names => Enumerable.Range(0, Connections).Select(i => NameOf(Service, Number, i));

    /// <summary>The name of the connection that knows one server only.</summary>
    public string Pinned => NameOf(Service, Number, 0);

    /// <summary>The number of the server that this connection knows.</summary>
    public int PinnedTo => Number % 3;

    public static ServiceProcess Start(string service, int number, int host, IEnumerable<string> urls)
    {
        (string, string)[] variables =
        [
            (ServiceProcessTests.Urls, string.Join(',', urls)), (ServiceProcessTests.Service, service), (ServiceProcessTests.Number, number.ToString(CultureInfo.InvariantCulture)),
            (ServiceProcessTests.Clock, ClockOf(host).TotalMilliseconds.ToString(CultureInfo.InvariantCulture)),
        ];
        Process process = ServiceProcessTests.Start(variables);
        process.PriorityClass = ProcessPriorityClass.BelowNormal; // all of them share the processors of one machine with the servers and the collector
        return new ServiceProcess(process, service, number, host);
    }

    /// <summary>How far the clock of a host is ahead.</summary>
    public static TimeSpan ClockOf(int host) => TimeSpan.FromMilliseconds(host switch { 1 => 1800, 2 => -700, _ => 0 });

    public static string NameOf(string service, int number, int connection) => string.Create(CultureInfo.InvariantCulture, $"{service}#{number:00}.{connection}");

    /// <summary>Completes when all its connections are open.</summary>
    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        var text = new List<string>();
        while (await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Contains(ServiceProcessTests.Ready, StringComparison.Ordinal))
            {
                _ = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return;
            }

            text.Add(line);
        }

        Assert.Fail($"The process of a service ended: {string.Join('\n', text)}");
    }

    public void Send(ServerSignal signal) => ServerSignals.Send(_process, signal);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }
}
