using System.Globalization;
using System.Net;
using System.Text;
using System.Threading.Channels;
using Earshot.Connections;
using Earshot.Transport;
using Xunit;

namespace Earshot.Client.Tests.Allocations;

/// <summary>One after the other: tests that collect much at the same time make the counter of a thread err.</summary>
[CollectionDefinition(nameof(IdleConnection), DisableParallelization = true)]
public sealed class StillCollection;

/// <summary>A connection over a transport without threads, used by one dedicated thread: its allocations are measured exactly.</summary>
internal sealed class IdleConnection : ITransportDialer
{
    // Makes the outbound array large enough before anything is measured, so that how it grows does not count.
    private const int Fillers = 3;
    private const int Measurements = 10;
    private static readonly byte[] s_filler = new byte[1_000_000];

    private IdleConnection(NatsOpts opts, CancellationToken token)
    {
        Token = token;
        Parts = new ConnectionComposition(opts, this);
        Connection = new NatsConnection(opts, Parts);
        Connection.ConnectAsync(token).AsTask().GetAwaiter().GetResult();
    }

    public IdleTransport Transport { get; } = new();

    public ConnectionComposition Parts { get; }

    public NatsConnection Connection { get; }

    public CancellationToken Token { get; }

    public ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) => new([IPAddress.Loopback]);

    public ValueTask<ITransport> DialAsync(TransportTarget target, CancellationToken cancellationToken) => new(Transport);

    /// <summary>
    /// Runs on a thread of its own: no synchronization context, no other work. At the start the read loop waits for bytes and a write
    /// is in progress.
    /// </summary>
    public static void Run(Action<IdleConnection> use)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                var opts = new NatsOpts { Url = "nats://127.0.0.1:4222", WriterBufferSize = 16 * 1024 * 1024, SubPendingChannelFullMode = BoundedChannelFullMode.Wait };
                var still = new IdleConnection(opts, limit.Token);
                still.Transport.WaitUntilReading(limit.Token);
                still.Publish("first");
                still.Transport.WaitUntilWriting(limit.Token);
                use(still);
                still.Transport.Abort();
                still.Connection.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null)
        {
            Assert.Fail(failure.ToString());
        }
    }

    /// <summary>
    /// What <paramref name="use"/> allocates on this thread, once everything it needs is warm. A collection, which any thread may start,
    /// takes away the block in which this thread allocates, and the counter then has the rest of it, up to 8 KB, as used. It errs
    /// upwards only, so the least of several measurements is the correct one.
    /// </summary>
    public static long Allocated(int times, Action use)
    {
        for (int i = 0; i < 200; i++)
        {
            use();
        }

        long least = long.MaxValue;
        for (int measurement = 0; measurement < Measurements; measurement++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < times; i++)
            {
                use();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    public void Publish(string subject) => Done(Connection.PublishAsync(subject, Array.Empty<byte>()));

    /// <summary>Behind the write in progress, which no other thread takes up, the outbound array becomes large.</summary>
    public void MakeRoom()
    {
        for (int i = 0; i < Fillers; i++)
        {
            Done(Connection.PublishAsync("filler", s_filler));
        }
    }

    public INatsSub<T> Subscribe<T>(string subject) => Connection.SubscribeCoreAsync<T>(subject, cancellationToken: CancellationToken.None).AsTask().GetAwaiter().GetResult();

    /// <summary>A frame as the server sends it to a subscription.</summary>
    public static byte[] Frame(INatsSub subscription, string headers = "")
    {
        string payload = "0123456789abcdef";
        string sizes = headers.Length == 0 ? "16" : string.Create(CultureInfo.InvariantCulture, $"{headers.Length} {headers.Length + 16}");
        return Encoding.ASCII.GetBytes($"{(headers.Length == 0 ? "MSG" : "HMSG")} {subscription.Subject} {subscription.Sid} {sizes}\r\n{headers}{payload}\r\n");
    }

    /// <summary>Publishing completes synchronously here; a pending task would mean that something else is measured.</summary>
    public static void Done(ValueTask task) => Assert.True(task.IsCompletedSuccessfully);
}
