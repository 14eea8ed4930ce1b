using Earshot.JetStream.Publishing;
using Xunit;

namespace Earshot.JetStream.Tests.Publishing;

/// <summary>The outcomes of the publish machine, as a table.</summary>
public sealed class PublishMachineTests
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(15);
    private static readonly PublishTerms s_plain = new() { Window = TimeSpan.FromSeconds(108), AsksForStream = true, MaxAttempts = -1 };
    private static readonly PublishTerms s_withId = s_plain with { HasId = true };

    [Theory]
    // without a message id
    [InlineData("plain", "Written Acked", "EndStored")]
    [InlineData("plain", "Written AckedDuplicate", "EndDuplicate")]
    [InlineData("plain", "Acked", "Wait")] // the ack is faster than the writer, who still has the message
    [InlineData("plain", "Acked Written", "EndStored")]
    [InlineData("plain", "Written NoResponders +1 Due Denied Written", "EndDenied")]
    [InlineData("id", "Written SessionLost SessionThere Acked NoSession", "EndStored")] // the ack of the first attempt
    [InlineData("plain", "NoRoom", "WaitForTurn")]
    [InlineData("plain", "NoRoom TurnCame", "WriteInTurn")]
    [InlineData("plain", "NoRoom TurnCame Written Acked", "EndStored")]
    [InlineData("plain", "NoRoom Cancelled", "EndCancelled")]
    [InlineData("plain", "NoRoom +15 Due", "EndNotSent")]
    [InlineData("plain", "NoRoom NoSession", "Park")]
    [InlineData("plain", "NoRoom CannotWrite", "EndNotSent")]
    [InlineData("plain", "NoRoom ConnectionEnded", "EndNotSent")]
    [InlineData("plain", "ConnectionEnded Written", "EndUnknown")]
    [InlineData("plain", "ConnectionEnded NoSession", "EndNotSent")]
    [InlineData("plain", "Written Refused:10071", "EndRefused")]
    [InlineData("plain", "Written Refused:10054", "EndRefused")]
    [InlineData("plain", "Written SessionLost", "EndUnknown")]
    [InlineData("plain", "Written +5 Due", "Wait")]
    [InlineData("plain", "Written +15 Due", "EndUnknown")]
    [InlineData("plain", "NoSession +15 Due", "EndNotSent")]
    [InlineData("plain", "NoSession SessionThere Written Acked", "EndStored")]
    [InlineData("plain", "CannotWrite", "EndNotSent")]
    [InlineData("plain", "Written NoResponders", "AskForStream")]
    [InlineData("plain", "Written NoResponders +1 Due", "Write")]
    [InlineData("plain", "Written NoResponders NoStream", "EndNoStream")]
    [InlineData("plain", "Written NoResponders +1 Due Written NoStream NoResponders", "EndNoStream")]
    [InlineData("plain", "Written NoResponders +1 Due Written +14 NoResponders", "EndNoResponders")]
    [InlineData("plain", "Written NoResponders +1 Due NoSession +15 Due", "EndNoResponders")]
    [InlineData("plain", "Written Refused:10008 +1 Due Written Acked", "EndStored")]
    [InlineData("plain", "Written Refused:10167 +1 Due NoSession +15 Due", "EndRefused")]
    [InlineData("plain", "Written Denied", "EndDenied")]
    [InlineData("plain", "Written Cancelled", "EndCancelledUnknown")]
    [InlineData("plain", "Cancelled Written", "EndCancelledUnknown")]
    [InlineData("plain", "Cancelled NoSession", "EndCancelled")]
    [InlineData("plain", "NoSession Cancelled", "EndCancelled")]
    [InlineData("plain", "Written NoResponders Cancelled", "EndCancelled")]
    [InlineData("plain", "Written ConnectionEnded", "EndUnknown")]
    [InlineData("plain", "NoSession ConnectionEnded", "EndNotSent")]
    [InlineData("plain", "SessionLost Written", "EndUnknown")] // lost while it was written
    // a single server stays full; a leader with a full disk steps down within 100 ms
    [InlineData("plain", "Written Refused:10023 +0.1 Due Written Refused:10023 +0.2 Due Written Refused:10023 +0.3 Due Written Refused:10023", "EndRefused")]
    [InlineData("plain", "Written Refused:10023 +0.1 Due Written Acked", "EndStored")]
    [InlineData("plain", "Written Refused:10023 +0.1 Due Written +2 Refused:10023", "EndRefused")]
    // held until it is released
    [InlineData("plain", "Hold Released", "Write")]
    [InlineData("plain", "Hold Released Written Acked", "EndStored")]
    [InlineData("plain", "Hold +15 Due", "EndNotSent")]
    [InlineData("plain", "Hold Cancelled", "EndCancelled")]
    [InlineData("plain", "Hold ConnectionEnded", "EndNotSent")]
    [InlineData("plain", "Hold SessionLost Denied NoStream SessionThere", "Wait")]
    [InlineData("plain", "Hold +15 Due Released", "Wait")]
    [InlineData("plain", "Hold Released NoSession +15 Due", "EndNotSent")]
    [InlineData("plain", "Hold Released Cancelled Written", "EndCancelledUnknown")]
    [InlineData("plain", "Written Released", "Wait")]
    // another publish to the same stream was stored
    [InlineData("plain", "Written NoResponders StreamAvailable", "Write")]
    [InlineData("plain", "Written Refused:10008 StreamAvailable Written Acked", "EndStored")]
    [InlineData("plain", "Written Refused:10167 StreamAvailable", "Wait")] // it waits because of load
    [InlineData("plain", "Written Refused:10023 StreamAvailable", "Wait")]
    [InlineData("plain", "Written StreamAvailable", "Wait")]
    [InlineData("plain", "NoSession StreamAvailable", "Wait")]
    // with a message id
    [InlineData("id", "Written SessionLost", "Park")]
    [InlineData("id", "Written SessionLost SessionThere Written AckedDuplicate", "EndStored")]
    [InlineData("id", "Written +5 Due", "Write")]
    [InlineData("id", "Written +5 Due Written Acked", "EndStored")]
    [InlineData("id", "Written +5 Due Written AckedDuplicate", "EndStored")]
    [InlineData("id", "Written AckedDuplicate", "EndDuplicate")]
    [InlineData("id", "Written NoResponders +1 Due Written AckedDuplicate", "EndDuplicate")] // nothing of ours was unknown
    [InlineData("id", "Written SessionLost SessionThere Written NoResponders +1 Due Written +14 NoResponders", "EndUnknown")]
    [InlineData("id", "Written SessionLost SessionThere Written Refused:10054", "EndUnknown")]
    [InlineData("id", "Written SessionLost SessionThere Written Refused:10071", "LookUp")]
    [InlineData("id", "Written SessionLost SessionThere Written Refused:10071 FoundOurs", "EndStored")]
    [InlineData("id", "Written SessionLost SessionThere Written Refused:10071 FoundAnother", "EndRefused")]
    [InlineData("id", "Written SessionLost SessionThere Written Refused:10071 NotFoundOut", "EndUnknown")]
    [InlineData("id", "Written SessionLost SessionThere Written Refused:10071 LookUpUnanswered", "LookUp")] // there may be a leader again
    [InlineData("id", "Written SessionLost SessionThere Written Refused:10071 LookUpUnanswered FoundAnother", "EndRefused")]
    [InlineData("id", "Written SessionLost SessionThere Written Refused:10071 FoundNothing", "Wait")] // a leader that is behind
    [InlineData("id", "Written SessionLost SessionThere Written Refused:10071 FoundNothing +1 Due Written Acked", "EndStored")]
    [InlineData("id", "Written SessionLost SessionThere Written Refused:10071 +14.99 FoundNothing", "EndUnknown")]
    [InlineData("id", "Written SessionLost SessionThere Written Refused:10071 +15 Due", "EndUnknown")]
    [InlineData("id", "Written SessionLost +15 Due", "EndUnknown")]
    [InlineData("id", "Written SessionLost CannotWrite", "Wait")]
    [InlineData("id", "Written SessionLost SessionThere CannotWrite", "EndUnknown")]
    [InlineData("id", "Written SessionLost Cancelled", "EndCancelledUnknown")]
    [InlineData("id", "Written SessionLost Acked", "EndStored")] // an ack that was read before the loss was noticed
    [InlineData("id", "Written SessionLost SessionThere Written NoResponders NoStream", "Wait")]
    // inputs that a phase does not wait for, and inputs at the moment of a limit
    [InlineData("plain", "Written Acked Acked", "Wait")]
    [InlineData("plain", "Written TurnCame", "Wait")]
    [InlineData("plain", "Written LookUpUnanswered", "Wait")]
    [InlineData("plain", "NoSession NoResponders", "Wait")]
    [InlineData("plain", "NoSession Denied", "Wait")]
    [InlineData("plain", "NoSession SessionLost", "Wait")]
    [InlineData("plain", "NoSession +0.3 Due", "Park")]
    [InlineData("plain", "Written NoResponders Due", "Wait")]
    [InlineData("plain", "Written NoResponders +1 Due Written NoResponders", "Wait")] // the stream was asked for once
    [InlineData("plain", "Written Refused:10008", "Wait")]
    [InlineData("plain", "+15 Written", "EndUnknown")]
    [InlineData("plain", "+15 NoSession", "EndNotSent")]
    [InlineData("plain", "+12 Written +3 Due", "EndUnknown")]
    [InlineData("plain", "+2 Written Refused:10023", "Wait")]
    [InlineData("plain", "Written Refused:10023 +0.5 Due Written +0.5 Refused:10023", "EndRefused")]
    [InlineData("id", "Written +4.9 Due", "Wait")]
    [InlineData("id", "Written +15 SessionLost", "EndUnknown")]
    [InlineData("id", "Written SessionLost SessionThere Written Denied", "EndUnknown")]
    [InlineData("id", "Written SessionLost SessionThere Written NoResponders", "Wait")] // an unknown effect is not explained by an absent stream
    [InlineData("id", "Written SessionLost SessionThere Cancelled NoSession", "EndCancelledUnknown")]
    [InlineData("id", "Written SessionLost SessionThere Written Refused:10071 +15 LookUpUnanswered", "Wait")]
    [InlineData("id", "Written SessionLost SessionThere Written Refused:10071 FoundNothing Due", "Wait")]
    public void Publish_ends_as_its_inputs_determine(string terms, string script, string last) => Assert.Equal(last, Run(terms == "id" ? s_withId : s_plain, script).Last.ToString());

    [Theory]
    [InlineData("Written +2 Due", "Wait")] // below the attempt's time
    [InlineData("Written +6 Due", "Wait")]
    [InlineData("Written +6 SessionLost", "EndUnknown")]
    [InlineData("Written +1.8 SessionLost", "EndUnknown")]
    [InlineData("+1 Written +1 SessionLost", "Park")]
    [InlineData("Written +1 SessionLost SessionThere +1 Written SessionLost", "EndUnknown")] // the window begins with the first attempt
    public void Unknown_with_id_outside_the_window_is_not_sent_again(string script, string last) =>
        Assert.Equal(last, Run(s_withId with { Window = TimeSpan.FromSeconds(1.8) }, script).Last.ToString());

    [Fact]
    public void Attempt_counts_when_it_was_written()
    {
        PublishTerms twice = s_plain with { MaxAttempts = 2 };
        Assert.Equal(PublishOrder.AskForStream, Run(twice, "Hold Released Written NoResponders").Last);
        Assert.Equal(PublishOrder.AskForStream, Run(twice, "NoSession SessionThere Written NoResponders").Last);
    }

    [Fact]
    public void Stream_is_asked_for_only_where_that_is_wanted() =>
        Assert.Equal(PublishOrder.Wait, Run(s_plain with { AsksForStream = false }, "Written NoResponders").Last);

    [Fact]
    public void Number_of_attempts_can_be_limited()
    {
        Assert.Equal(PublishOrder.EndNoResponders, Run(s_plain with { MaxAttempts = 1 }, "Written NoResponders").Last);
        Assert.Equal(PublishOrder.EndUnknown, Run(s_withId with { MaxAttempts = 1 }, "Written SessionLost").Last);
        Assert.Equal(PublishOrder.EndNoResponders, Run(s_plain with { MaxAttempts = 2 }, "Written NoResponders +1 Due Written NoResponders").Last);
    }

    [Theory]
    [InlineData("Written NoResponders +0.9 Due", "Wait")]
    [InlineData("Written NoResponders +1 Due", "Write")]
    [InlineData("Written +14 NoResponders", "EndNoResponders")] // the next attempt would begin at the deadline
    public void Fixed_delay_is_the_time_between_attempts(string script, string last) =>
        Assert.Equal(last, Run(s_plain with { FixedDelay = TimeSpan.FromSeconds(1) }, script).Last.ToString());

    [Theory]
    [InlineData("Written +1 NoResponders", "EndNoResponders")]
    [InlineData("Written +1 Refused:10008", "EndRefused")]
    [InlineData("Written +16 Refused:10008", "EndRefused")] // the deadline has passed
    public void Delay_that_no_deadline_allows_ends_the_publish(string script, string last) =>
        Assert.Equal(last, Run(s_plain with { FixedDelay = TimeSpan.MaxValue }, script).Last.ToString());

    [Fact]
    public void Wait_for_a_session_is_checked_again_after_250_ms() =>
        Assert.Equal(TimeSpan.FromSeconds(1.25), Run(s_plain, "+1 NoSession").State.Due);

    [Fact]
    public void Negative_fixed_delay_is_none() =>
        Assert.Equal(PublishOrder.Write, Run(s_plain with { FixedDelay = TimeSpan.FromSeconds(-1) }, "Written NoResponders StreamAvailable").Last);

    [Fact]
    public void Fixed_delay_is_kept_although_the_stream_is_available() =>
        Assert.Equal(PublishOrder.Wait, Run(s_plain with { FixedDelay = TimeSpan.FromSeconds(1) }, "Written NoResponders StreamAvailable").Last);

    [Fact]
    public void Election_of_eleven_seconds_is_survived()
    {
        PublishState state = PublishMachine.Begin(s_deadline);
        TimeSpan now = TimeSpan.Zero;
        int attempts = 0;
        while (now < TimeSpan.FromSeconds(11))
        {
            attempts++;
            PublishMachine.Step(ref state, s_plain, new PublishInput(PublishInputKind.Written, now));
            PublishMachine.Step(ref state, s_plain, new PublishInput(PublishInputKind.NoResponders, now, null, 1));
            Assert.Equal(PublishPhase.Delaying, state.Phase);
            Assert.InRange(state.Due - now, TimeSpan.FromMilliseconds(40), TimeSpan.FromMilliseconds(1200));
            now = state.Due;
            Assert.Equal(PublishOrder.Write, PublishMachine.Step(ref state, s_plain, new PublishInput(PublishInputKind.Due, now)));
        }

        PublishMachine.Step(ref state, s_plain, new PublishInput(PublishInputKind.Written, now));
        Assert.Equal(PublishOrder.EndStored, PublishMachine.Step(ref state, s_plain, new PublishInput(PublishInputKind.Acked, now)));
        Assert.Equal(attempts + 1, state.Attempts);
    }

    private static (PublishOrder Last, PublishState State) Run(PublishTerms terms, string script)
    {
        PublishState state = PublishMachine.Begin(s_deadline);
        TimeSpan now = TimeSpan.Zero;
        PublishOrder last = PublishOrder.Write;
        foreach (string word in script.Split(' '))
        {
            if (word == "Hold")
            {
                state = PublishMachine.Begin(s_deadline, isHeld: true);
                continue;
            }

            if (word[0] == '+')
            {
                now += TimeSpan.FromSeconds(double.Parse(word, System.Globalization.CultureInfo.InvariantCulture));
                continue;
            }

            string[] parts = word.Split(':');
            ApiError? error = parts.Length > 1 ? new ApiError { ErrCode = int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) } : null;
            last = PublishMachine.Step(ref state, terms, new PublishInput(Enum.Parse<PublishInputKind>(parts[0]), now, error));
        }

        return (last, state);
    }
}
