using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Earshot.Chaos.Core;

namespace Earshot.Chaos.Faults;

/// <summary>F14: a server that accepts, sends INFO and PONG, and closes after 0 to 50 ms, for a minute. Each connect succeeds, and the delays must grow nevertheless.</summary>
internal static class FlapFault
{
    private const int MostInFiveSeconds = 10;
    private static readonly TimeSpan s_duration = TimeSpan.FromSeconds(60);

    public static async Task RunAsync(FaultSetting setting, CancellationToken cancellationToken)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var accepted = new List<TimeSpan>();
        Task serving = ServeAsync(listener, accepted, end.Token);
        var connection = new NatsConnection(new NatsOpts { Url = $"nats://{listener.LocalEndPoint}", RetryOnInitialConnect = true });
        var journal = new JournalAudit(connection);
        Task connecting = connection.ConnectAsync(cancellationToken).AsTask();
        await Task.Delay(s_duration, cancellationToken);
        await connection.DisposeAsync();
        await connecting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        int violations = (await journal.ValidateAsync()).Count;
        await end.CancelAsync();
        await serving;
        setting.Table.Tell("F14 connects in a minute", $"{accepted.Count}");
        setting.Table.AtMost("F14 connects in the first 5 s", accepted.Count(at => at <= accepted[0] + TimeSpan.FromSeconds(5)), MostInFiveSeconds);
        setting.Table.AtMost("F14 connects from 30 to 60 s (0.5 per second)", accepted.Count(at => at > TimeSpan.FromSeconds(30)), 15);
        setting.Table.None("F14 journal violations", violations);
    }

    private static async Task ServeAsync(Socket listener, List<TimeSpan> accepted, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        var random = new Random(1);
        byte[] buffer = new byte[4096];
        while (true)
        {
            try
            {
                using Socket client = await listener.AcceptAsync(cancellationToken);
                accepted.Add(Stopwatch.GetElapsedTime(started));
                await client.SendAsync("INFO {\"server_id\":\"F14\",\"version\":\"2.15.1\",\"max_payload\":1048576,\"headers\":true}\r\n"u8.ToArray(), cancellationToken);
                await client.ReceiveAsync(buffer, cancellationToken); // CONNECT and PING
                await client.SendAsync("PONG\r\n"u8.ToArray(), cancellationToken);
                await Task.Delay(random.Next(0, 50), cancellationToken);
            }
            catch (SocketException)
            {
                // The client has closed first.
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
