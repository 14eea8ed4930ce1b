using System.Globalization;
using Earshot.Connections;
using Earshot.Testing;
using Xunit;

namespace Earshot.Catalogue.Tests.Memory;

/// <summary>The rows about memory, in a process of its own whose resident set is measured: no other test runs meanwhile, since a reader without a processor falls behind.</summary>
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
[Collection(nameof(MemoryTests))]
public sealed class MemoryTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public Task Rows_stay_within_their_memory() => RunChildAsync(nameof(Child_receives_floods));

    [Fact]
    [Trait("Duration", "Long")]
    public Task Large_messages_stay_within_their_memory() => RunChildAsync(nameof(Child_receives_large_messages));

    [Fact(Explicit = true)]
    public async Task Child_receives_floods()
    {
        foreach (MemoryRow row in MemoryRow.All.Where(row => row != MemoryRow.LargeMessages))
        {
            await MeasureAsync(row);
        }
    }

    [Fact(Explicit = true)]
    public Task Child_receives_large_messages() => MeasureAsync(MemoryRow.LargeMessages);

    private static async Task RunChildAsync(string test)
    {
        (int exitCode, string output) = await ChildRun.RunAsync(typeof(MemoryTests).GetMethod(test)!, Cancel, ("DOTNET_TieredCompilation", "0")); // what is compiled later is not the client's memory
        Assert.True(exitCode == 0, output);
        TestContext.Current.TestOutputHelper!.WriteLine(output);
    }

    private static async Task MeasureAsync(MemoryRow row)
    {
        await ReceiveAsync(row with { Flood = () => row.Flood().Take(row.EndsSession ? 1 : 3) }, isWhole: false); // compiles everything
        long before = Settled();
        using var peak = new PeakWorkingSet();
        await ReceiveAsync(row, isWhole: true);
        long growth = peak.Stop() - before;
        string measured = string.Create(CultureInfo.InvariantCulture, $"{row.Id}: {growth / 1024:N0} KiB at most, {(Settled() - before) / 1024:N0} KiB at the end; {row.MaxGrowth / 1024:N0} KiB are allowed.");
        Console.WriteLine(measured);
        Assert.True(growth <= row.MaxGrowth, measured);
    }

    private static async Task ReceiveAsync(MemoryRow row, bool isWhole)
    {
        var transport = new FloodTransport(row.Steps(), row.ReadsNothing);
        var opts = new NatsOpts { Url = "nats://10.0.0.1:4222", MaxReconnectRetry = 0, PingInterval = TimeSpan.Zero };
        await using var nats = new NatsConnection(opts, new ConnectionComposition(opts, transport, new Random(1)));
        Task connecting = nats.ConnectAsync(Cancel).AsTask();
        if (row.IsHandshake)
        {
            await (isWhole ? Task.CompletedTask : transport.AllSent.WaitAsync(Cancel));
            transport.EndIf(!isWhole);
            await Assert.ThrowsAsync<NatsConnectionFailedException>(() => connecting.WaitAsync(s_limit, Cancel));
            return;
        }

        await connecting.WaitAsync(s_limit, Cancel);
        await using INatsSub<NatsMemoryOwner<byte>> sub = await nats.SubscribeCoreAsync<NatsMemoryOwner<byte>>("foo", cancellationToken: Cancel);
        Task<int> reading = ReadAsync(sub, transport);
        bool endsByItself = row.EndsSession && isWhole;
        await Task.WhenAny(endsByItself ? nats.Closed : transport.AllSent, nats.Closed).WaitAsync(s_limit, Cancel);
        transport.EndIf(!endsByItself);
        NatsClosedEvent closed = await nats.Closed.WaitAsync(s_limit, Cancel);
        Assert.True(!endsByItself || closed.Exception is NatsProtocolViolationException, closed.ToString());
        await Record.ExceptionAsync(() => reading); // ends with the connection
    }

    private static async Task<int> ReadAsync(INatsSub<NatsMemoryOwner<byte>> sub, FloodTransport transport)
    {
        int count = 0;
        while (await sub.Msgs.WaitToReadAsync(Cancel))
        {
            while (sub.Msgs.TryRead(out NatsMsg<NatsMemoryOwner<byte>> message))
            {
                message.Data.Dispose();
                transport.MessageRead();
                count++;
            }
        }

        return count;
    }

    private static long Settled()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return Environment.WorkingSet;
    }
}
