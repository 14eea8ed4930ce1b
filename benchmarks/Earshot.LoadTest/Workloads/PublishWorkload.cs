using Earshot.LoadTest.Opponents;

namespace Earshot.LoadTest.Workloads;

/// <summary>
/// One connection, one task, publishing as fast as it can. The time runs until the other side has answered a PING sent
/// behind the last message, so a client gains nothing by piling messages up.
/// </summary>
internal sealed class PublishWorkload(int size, NatsServerProcess? server) : Workload(size, server)
{
    public override string Opponent => Server is null ? "sink" : "nats-server";

    public override async Task<Measurement> RunAsync(IWorkloadClient client, TimeSpan warmUp, TimeSpan measured)
    {
        using var sink = Server is null ? await OpponentProcess.StartAsync("sink") : null;
        await client.ConnectAsync(Server?.Port ?? sink!.Port);
        var payload = Payload();
        return await TwiceAsync(LoopAsync, warmUp, measured);

        async Task LoopAsync(Progress progress)
        {
            await client.PublishAsync(Subject, payload, progress);
            await client.FlushAsync();
        }
    }
}
