using Earshot.JetStream.Publishing;

namespace Earshot.JetStream.Tests.Publishing;

/// <summary>A publish after some inputs: the state of the machine, what it ordered last, and what the server may have stored.</summary>
internal readonly record struct PublishCourse(PublishState State, TimeSpan Now, PublishServerModel Server)
{
    public PublishOrder Order { get; init; }

    public bool IsOver => State.Phase == PublishPhase.Over;

    public bool IsWrite => Order is PublishOrder.Write or PublishOrder.WriteInTurn;

    public bool IsEnd => Order >= PublishOrder.EndStored;

    /// <summary>Whether the publish ended with an outcome that says the message is not stored.</summary>
    public bool IsEndWithoutEffect => Order is PublishOrder.EndRefused or PublishOrder.EndNoResponders or PublishOrder.EndNoStream
        or PublishOrder.EndDenied or PublishOrder.EndNotSent or PublishOrder.EndCancelled;

    public static PublishCourse Begin(TimeSpan deadline, bool isHeld) =>
        new(PublishMachine.Begin(deadline, isHeld), TimeSpan.Zero, default(PublishServerModel).Ordered(isHeld ? PublishOrder.Wait : PublishOrder.Write));

    public PublishCourse Step(PublishTerms terms, PublishInputKind kind, ApiError? error = null)
    {
        PublishState state = State;
        PublishServerModel server = Server.Allows(kind, state.Phase) ? Server.Happens(kind, state.Phase) : Server;
        PublishOrder order = PublishMachine.Step(ref state, terms, new PublishInput(kind, Now, error));
        return new(WithoutUnread(state, terms), Now, server.Ordered(order)) { Order = order };
    }

    /// <summary>The time passes until the machine must be called again, and it is called.</summary>
    public PublishCourse StepWhenDue(PublishTerms terms) => (this with { Now = State.Due > Now ? State.Due : Now }).Step(terms, PublishInputKind.Due);

    // What the machine does not read any more would only multiply the states.
    private PublishState WithoutUnread(PublishState state, PublishTerms terms)
    {
        if (state.Phase == PublishPhase.Over)
        {
            return new PublishState { Phase = PublishPhase.Over };
        }

        if (terms.Window > state.Deadline && state.FirstSent is not null)
        {
            state.FirstSent = TimeSpan.Zero;
        }

        TimeSpan longAgo = Now - TimeSpan.FromSeconds(1); // a stream without resources for this time is given up
        if (state.ResourceRefusals > 0 && state.NoResourcesSince < longAgo)
        {
            state.NoResourcesSince = longAgo;
        }

        return state;
    }
}
