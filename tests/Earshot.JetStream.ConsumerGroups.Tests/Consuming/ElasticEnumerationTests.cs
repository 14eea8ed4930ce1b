using Earshot.JetStream.ConsumerGroups.Tests.Kit;
using Earshot.JetStream.Tests.Kit;
using Xunit;

namespace Earshot.JetStream.ConsumerGroups.Tests.Consuming;

/// <summary>Members of elastic groups that enumerate, on a real server.</summary>
public sealed class ElasticEnumerationTests(JetStreamServers servers)
{
    [Fact]
    public async Task Members_that_enumerate_process_each_message_once_when_the_members_change()
    {
        await using GroupRig rig = await GroupRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync();
        await rig.JetStream.CreatePcgElasticAsync(rig.Stream, "cg", 4, [new($"{rig.Stream}.*", [1])], cancellationToken: rig.Cancel);
        await rig.JetStream.AddPcgElasticMembersAsync(rig.Stream, "cg", ["m1"], rig.Cancel);
        await rig.PublishAsync(0, 12, keys: 12);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(rig.Cancel);
        var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var record = new HandledMessages { Work = number => number == 0 ? changed.Task.WaitAsync(rig.Cancel) : Task.CompletedTask };
        Task one = EnumerateAsync(rig, "m1", record, stop.Token);
        await rig.UntilAsync(() => Task.FromResult(record.Handled.Count == 1));
        Task[] others = [EnumerateAsync(rig, "m2", record, stop.Token), EnumerateAsync(rig, "m3", record, stop.Token)];
        await rig.JetStream.AddPcgElasticMembersAsync(rig.Stream, "cg", ["m2"], rig.Cancel);
        await rig.JetStream.AddPcgElasticMembersAsync(rig.Stream, "cg", ["m3"], rig.Cancel);
        changed.SetResult();
        await record.CountAsync(12, rig.Cancel);
        await rig.UntilAsync(async () => (await rig.JetStream.GetStreamAsync($"{rig.Stream}-cg", cancellationToken: rig.Cancel)).Info.State.Messages == 0);
        await stop.CancelAsync();
        await Task.WhenAll([one, .. others]);
        Assert.Equal(Enumerable.Range(0, 12), record.Handled.Select(entry => entry.Number).Order());
        Assert.Empty(record.Overlaps);
    }

    private static async Task EnumerateAsync(GroupRig rig, string member, HandledMessages record, CancellationToken stop)
    {
        await foreach (NatsPcgMsg<int> message in rig.JetStream.ConsumePcgElasticAsync<int>(rig.Stream, "cg", member, cancellationToken: stop).WithCancellation(rig.Cancel))
        {
            await record.AddAsync(member, message);
            await message.AckAsync(cancellationToken: rig.Cancel);
        }
    }
}
