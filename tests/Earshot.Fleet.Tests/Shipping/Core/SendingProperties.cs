using CsCheck;
using Earshot.Fleet.Shipping;
using Xunit;

namespace Earshot.Fleet.Tests.Shipping.Core;

/// <summary>Random inputs to the sending machine: what never happens, and that everything arrives when the stream answers again.</summary>
public sealed class SendingProperties
{
    private const int Runs = 400;

    [Fact]
    public void A_batch_is_sent_only_in_a_session_that_is_ready_and_not_refused_and_one_at_a_time() => Gen.Select(Gen.Int[0, 99].Array[1, 300], Gen.Double[0, 0.999]).Sample(
        (inputs, chance) =>
        {
            var rig = new ShipmentRig(chance: chance);
            var story = new EventStory("c1");
            (bool isReady, bool isRefused, int session, TimeSpan readyAt, FrozenBatch? inFlight) = (false, false, 0, default, null);
            foreach (int input in inputs)
            {
                switch (input)
                {
                    case < 30:
                        rig.Add("c1", story.Any(input * 7 % 12 == 6 ? 1 : input * 7));
                        break;
                    case < 45 when inFlight is not null:
                        rig.Receiver.Store(inFlight);
                        rig.Shipment.Answered(inFlight.Number, SendFailure.None, null, rig.Now);
                        inFlight = null;
                        break;
                    case < 55 when inFlight is not null:
                        rig.Shipment.Answered(inFlight.Number, (SendFailure)(2 + (input % 2)), null, rig.Now);
                        inFlight = null;
                        break;
                    case < 60:
                        rig.Shipment.Refused(rig.Now);
                        (isRefused, inFlight) = (isReady || isRefused, isReady ? null : inFlight);
                        break;
                    case < 65:
                        rig.Shipment.Lost();
                        (isReady, isRefused, inFlight) = (false, false, null);
                        break;
                    case < 70:
                        rig.Shipment.Ready(++session, rig.Now);
                        (isReady, isRefused, inFlight, readyAt) = (true, false, null, rig.Now + (rig.Options.MaxStartDelay * chance));
                        break;
                    default:
                        rig.Now += TimeSpan.FromMilliseconds(input * input * 2);
                        break;
                }

                SendStep step = rig.Next();
                inFlight = rig.Shipment.State.AckDue is null ? null : inFlight; // its time is over
                if (step.Batch is { } batch)
                {
                    Assert.True(isReady && !isRefused && inFlight is null && rig.Now >= readyAt);
                    inFlight = batch;
                }

                Assert.True(step.Batch is not null || step.Until is null || step.Until > rig.Now);
            }

            rig.Shipment.Lost();
            rig.Shipment.Ready(++session, rig.Now);
            rig.SendAll();
            Assert.Equal(0, rig.Shipment.Counts.Held);
            Assert.Equal(story.Last, Receiver.Events(rig.Receiver.Of("c1")));
            Assert.Equal(0, rig.Receiver.Changed);
        },
        iter: Runs);
}
