using System.Diagnostics.Metrics;
using Earshot.JetStream.Tests.Kit;
using Xunit;

namespace Earshot.JetStream.Tests.Management;

/// <summary>What is counted in the meter "Earshot" about JetStream.</summary>
public sealed class MeterTests(JetStreamServers servers)
{
    private readonly Dictionary<(string Instrument, string Tag), double> _measured = []; // also the lock

    [Fact]
    public async Task Publishes_and_acks_are_counted_by_outcome()
    {
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == "Earshot" && instrument.Name.StartsWith("earshot.jetstream.", StringComparison.Ordinal))
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument.Name, tags, value));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument.Name, tags, 1));
        listener.Start();
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync();
        INatsJSConsumer consumer = await rig.Context.CreateOrUpdateConsumerAsync(rig.Name, new ConsumerConfig("worker") { AckPolicy = ConsumerConfigAckPolicy.Explicit }, rig.Cancel);
        var id = new NatsJSPubOpts { MsgId = "id" };
        await rig.Context.PublishAsync($"{rig.Name}.a", "", opts: id, cancellationToken: rig.Cancel);
        await rig.Context.PublishAsync($"{rig.Name}.a", "", opts: id, cancellationToken: rig.Cancel);
        await rig.Context.PublishAsync($"{rig.Name}.a", "", opts: new NatsJSPubOpts { ExpectedLastSequence = 9 }, cancellationToken: rig.Cancel);
        await Assert.ThrowsAsync<NatsJSNoStreamException>(async () => await rig.Context.PublishAsync("nobody.here", "", cancellationToken: rig.Cancel));
        INatsJSMsg<string>? msg = await consumer.NextAsync<string>(cancellationToken: rig.Cancel);
        await msg!.AckAsync(new AckOpts { DoubleAck = true }, rig.Cancel);

        // The meter is shared by all connections of the process, so other tests may count as well.
        Assert.True(Measured("earshot.jetstream.publishes", "Stored") >= 1);
        Assert.True(Measured("earshot.jetstream.publishes", "Duplicate") >= 1);
        Assert.True(Measured("earshot.jetstream.publishes", "Rejected") >= 2);
        Assert.True(Measured("earshot.jetstream.publish.duration", "Stored") >= 1);
        Assert.True(Measured("earshot.jetstream.acks", "Confirmed") >= 1);
    }

    private void Add(string instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags, double value)
    {
        string tag = tags.IsEmpty ? "" : (string)tags[0].Value!;
        lock (_measured)
        {
            _measured[(instrument, tag)] = _measured.GetValueOrDefault((instrument, tag)) + value;
        }
    }

    private double Measured(string instrument, string tag)
    {
        lock (_measured)
        {
            return _measured.GetValueOrDefault((instrument, tag));
        }
    }
}
