using Earshot.LoadTest.Opponents;

namespace Earshot.LoadTest.Workloads;

/// <summary>
/// One connection, one or several tasks, publishing as fast as they can. The time runs until the other side has answered a
/// PING sent behind the last message, so a client gains nothing by piling messages up.
/// </summary>
internal sealed class PublishWorkload(int size, NatsServerProcess? server, int tasks, PublishForm form = PublishForm.Bytes) : Workload(size, server)
{
    public override string Opponent => Server is null ? "sink" : "nats-server";

    public override async Task<Measurement> RunAsync(IWorkloadClient client, TimeSpan warmUp, TimeSpan measured)
    {
        using ReferenceClientProcess? sink = Server is null ? await ReferenceClientProcess.StartAsync("sink") : null;
        await client.ConnectAsync(Server?.Port ?? sink!.Port);
        var input = new PublishInput(Subject, Payload(), form, tasks);
        return await TwiceAsync(LoopAsync, null, warmUp, measured);

        async Task LoopAsync(Progress progress)
        {
            await client.PublishAsync(input, progress);
            await client.FlushAsync();
        }
    }
}
