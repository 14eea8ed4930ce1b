using Earshot.JetStream.Consuming;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming.Push;

/// <summary>When a flow control request is answered.</summary>
public sealed class FlowGateTests
{
    [Fact]
    public void Request_is_answered_when_the_messages_in_front_of_it_are_processed()
    {
        PushMachineRig rig = PushMachineRig.Started().Message(3).Flow("FC.1").Message(5);
        Assert.Equal(("", 3L), (rig.Orders, rig.Machine.ReleaseAt));
        rig.Pass(2).Processed(2);
        Assert.Equal("", rig.Orders);
        rig.Processed();
        Assert.Equal("answer:FC.1:FlowControl:2", rig.Orders);
        Assert.Equal(long.MaxValue, rig.Machine.ReleaseAt);
        rig.Processed(5);
        Assert.Equal("", rig.Orders);
    }

    [Fact]
    public void Request_with_nothing_in_front_of_it_is_answered_at_once()
    {
        PushMachineRig rig = PushMachineRig.Started().Message(3).Processed(3).Flow("FC.1");
        Assert.Equal("answer:FC.1:FlowControl:0", rig.Orders);
    }

    [Fact]
    public void Heartbeat_that_repeats_a_request_does_not_move_it_back()
    {
        PushMachineRig rig = PushMachineRig.Started().Message(3).Flow("FC.1").Message(2).Heartbeat("FC.1").Processed(3);
        Assert.Equal("answer:FC.1:FlowControl:0", rig.Orders);
    }

    [Fact]
    public void Heartbeat_that_names_an_unknown_request_is_answered_like_one()
    {
        PushMachineRig rig = PushMachineRig.Started().Message(3).Heartbeat("FC.9");
        Assert.Equal("", rig.Orders);
        rig.Processed(3);
        Assert.Equal("answer:FC.9:Heartbeat:0", rig.Orders);
    }

    [Fact]
    public void Request_that_is_repeated_after_its_answer_is_answered_again()
    {
        PushMachineRig rig = PushMachineRig.Started().Flow("FC.1");
        Assert.Equal("answer:FC.1:FlowControl:0", rig.Orders);
        Assert.Equal("answer:FC.1:Heartbeat:0", rig.Heartbeat("FC.1").Orders);
    }

    [Fact]
    public void Later_request_replaces_the_one_that_waits()
    {
        PushMachineRig rig = PushMachineRig.Started().Message(3).Flow("FC.1").Message(2).Flow("FC.2").Processed(3);
        Assert.Equal("", rig.Orders);
        Assert.Equal("answer:FC.2:FlowControl:0", rig.Processed(2).Orders);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Request_of_an_ended_session_is_not_answered(bool isRecreatable)
    {
        PushMachineRig rig = PushMachineRig.Started(isRecreatable ? PushMachineRig.Ephemeral : null).Message(3).Flow("FC.1").Reconnect();
        _ = rig.Orders;
        Assert.Equal("", rig.Processed(3).Orders);
        Assert.False(rig.Machine.IsHolding);
    }

    [Fact]
    public void New_session_answers_the_subject_that_its_heartbeat_names_after_the_messages_that_still_wait()
    {
        PushMachineRig rig = PushMachineRig.Started().Message(3).Flow("FC.1").Reconnect().Heartbeat("FC.2");
        Assert.Equal("", rig.Orders);
        Assert.Equal("answer:FC.2:Heartbeat:0", rig.Processed(3).Orders);
    }

    [Fact]
    public void Answer_that_could_not_be_written_is_written_again_after_50_ms()
    {
        PushMachineRig rig = PushMachineRig.Started().Flow("FC.1");
        PushEffect failed = rig.Machine.Effects.Single();
        rig.Machine.Effects.Clear();
        rig.Machine.AnswerFailed(failed.Answer, rig.Now);
        Assert.Equal("", rig.Processed(0).Pass(0.049).Orders);
        Assert.Equal("answer:FC.1:FlowControl:0.05", rig.Pass(0.001).Orders);
    }

    [Fact]
    public void Answer_that_could_not_be_written_is_dropped_when_the_server_asks_anew()
    {
        PushMachineRig rig = PushMachineRig.Started().Flow("FC.1");
        PushEffect failed = rig.Machine.Effects.Single();
        rig.Machine.Effects.Clear();
        rig.Message().Flow("FC.2");
        rig.Machine.AnswerFailed(failed.Answer, rig.Now);
        Assert.Equal("answer:FC.2:FlowControl:0.05", rig.Processed().Pass(0.05).Orders);
    }

    [Fact]
    public void Stopping_read_does_not_answer()
    {
        PushMachineRig rig = PushMachineRig.Started().Message(3).Flow("FC.1");
        rig.Machine.Stop(rig.Now);
        Assert.Equal("unsubscribe fence", rig.Orders);
        Assert.Equal("", rig.Processed(3).Orders);
    }

    [Theory]
    [InlineData("NATS/1.0 100 FlowControl Request\r\n\r\n", "$JS.FC.S.C.abcd", "$JS.FC.S.C.abcd")]
    [InlineData("NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: 3\r\nNats-Consumer-Stalled: $JS.FC.S.C.x\r\n\r\n", "", "$JS.FC.S.C.x")]
    [InlineData("NATS/1.0 100 Idle Heartbeat\r\nNats-Consumer-Stalled:$JS.FC.S.C.x\r\nNats-Last-Stream: 1\r\n\r\n", "", "$JS.FC.S.C.x")]
    [InlineData("NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: 3\r\n\r\n", "", null)]
    [InlineData("NATS/1.0 100 Idle Heartbeat\r\nNats-Consumer-Stalled: \r\n\r\n", "", null)]
    [InlineData("NATS/1.0 100 FlowControl Request\r\n\r\n", "", null)]
    [InlineData("NATS/1.0 409 Consumer Deleted\r\n\r\n", "x", null)]
    public void Subject_of_a_request_is_found_in_both_forms(string headers, string reply, string? expected)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(headers);
        Assert.True(StatusLine.TryRead(bytes, out PullStatus status));
        byte[]? subject = FlowSubject.Of(status, bytes, System.Text.Encoding.UTF8.GetBytes(reply));
        Assert.Equal(expected, subject is null ? null : System.Text.Encoding.UTF8.GetString(subject));
    }
}
