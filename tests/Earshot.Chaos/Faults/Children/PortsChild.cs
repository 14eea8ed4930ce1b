using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Earshot.Chaos.Core;
using Earshot.RealServer;

namespace Earshot.Chaos.Faults;

/// <summary>A server and a client in one network namespace with ten local ports, which this process takes while the server is down.</summary>
internal static class PortsChild
{
    private const int First = 61_000; // above the ports that a server gets
    private const int Count = 10;
    private const int MostInFiveSeconds = 10;

    public static async Task RunAsync(ChaosTable table, CancellationToken cancellationToken)
    {
        using (var link = Process.Start("ip", ["link", "set", "lo", "up"]))
        {
            await link.WaitForExitAsync(cancellationToken);
        }

        await using NatsServerProcess server = await NatsServerProcess.StartAsync(cancellationToken: cancellationToken);
        await File.WriteAllTextAsync("/proc/sys/net/ipv4/ip_local_port_range", $"{First} {First + Count - 1}", cancellationToken);
        var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        var journal = new JournalAudit(connection);
        await connection.ConnectAsync(cancellationToken);
        Task<NatsReconnectedEvent> back = connection.Events.WhenAsync<NatsReconnectedEvent>(after: 0, cancellationToken);
        await server.KillAsync(cancellationToken);
        List<Socket> taken = [];
        bool areTaken = await Moments.UntilAsync(() => Take(taken) == Count, cancellationToken);
        await server.StartServerAsync(cancellationToken);
        int first = journal.Of<NatsConnectAttemptFailedEvent>().Count();
        long started = Stopwatch.GetTimestamp();
        bool failed = await Moments.UntilAsync(
            () => Failures(journal) >= 3 && Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(5), cancellationToken);
        NatsConnectAttemptFailedEvent[] attempts = [.. journal.Of<NatsConnectAttemptFailedEvent>().Skip(first)];
        taken.ForEach(socket => socket.Dispose());
        TimeSpan recovered = await Moments.MeasureAsync(back, cancellationToken);
        await connection.DisposeAsync();
        int violations = (await journal.ValidateAsync()).Count;
        table.None("F29 runs without three failed attempts", areTaken && failed ? 0 : 1);
        table.AtMost("F29 attempts without a port in 5 s", attempts.Count(e => e.Duration < TimeSpan.FromSeconds(5)), MostInFiveSeconds);
        table.Tell("F29 what is reported", attempts.LastOrDefault(e => IsExhausted(e.Exception)) is { } last ? $"{last.Phase}: {last.Exception.Message}" : "nothing");
        table.AtMost("F29 reconnected when ports are free", recovered, Moments.Recovery);
        table.None("F29 journal violations", violations);
    }

    private static int Failures(JournalAudit journal) => journal.Of<NatsConnectAttemptFailedEvent>().Count(e => IsExhausted(e.Exception));

    private static bool IsExhausted(Exception? exception) =>
        exception is SocketException { SocketErrorCode: SocketError.AddressNotAvailable or SocketError.AddressAlreadyInUse } || (exception?.InnerException is { } inner && IsExhausted(inner));

    // Takes what is free, and returns how many are taken. The client has one now and then, while it dials.
    private static int Take(List<Socket> taken)
    {
        for (int port = First; port < First + Count; port++)
        {
            if (taken.Exists(socket => ((IPEndPoint)socket.LocalEndPoint!).Port == port))
            {
                continue;
            }

            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ExclusiveAddressUse = true };
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Any, port));
                taken.Add(socket);
            }
            catch (SocketException)
            {
                socket.Dispose();
            }
        }

        return taken.Count;
    }
}
