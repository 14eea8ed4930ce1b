using Earshot.JetStream.Publishing;

namespace Earshot.JetStream.Tests.Publishing;

/// <summary>A model of a server that stores or rejects the attempts of a publish: which outcomes are true.</summary>
/// <param name="IsOpen">An attempt was written, or is being written, and is not answered.</param>
/// <param name="IsLost">The session was lost while the attempt was being written.</param>
/// <param name="IsStoredPerhaps">An attempt was lost or not answered: the message is stored or not.</param>
internal readonly record struct PublishServerModel(bool IsOpen, bool IsLost, bool IsStoredPerhaps)
{
    /// <summary>Whether the input can occur: the server answers only what was written, and the engine reports only what it was asked to do.</summary>
    public bool Allows(PublishInputKind kind, PublishPhase phase) => kind switch
    {
        PublishInputKind.Written => phase == PublishPhase.Writing,
        PublishInputKind.NoSession or PublishInputKind.NoRoom or PublishInputKind.CannotWrite => phase is PublishPhase.Writing or PublishPhase.Queued,
        PublishInputKind.TurnCame => phase == PublishPhase.Queued,
        PublishInputKind.SessionThere => phase == PublishPhase.Parked,
        PublishInputKind.NoResponders or PublishInputKind.Refused or PublishInputKind.Denied => IsOpen,
        PublishInputKind.Acked or PublishInputKind.AckedDuplicate => IsOpen || IsStoredPerhaps,
        PublishInputKind.FoundOurs => IsStoredPerhaps && phase == PublishPhase.Resolving,
        PublishInputKind.FoundAnother or PublishInputKind.NotFoundOut or PublishInputKind.FoundNothing or PublishInputKind.LookUpUnanswered => phase == PublishPhase.Resolving,
        PublishInputKind.Released => phase == PublishPhase.Held,
        _ => true,
    };

    public PublishServerModel Happens(PublishInputKind kind, PublishPhase phase) => kind switch
    {
        PublishInputKind.NoSession or PublishInputKind.NoRoom or PublishInputKind.CannotWrite => this with { IsOpen = false, IsLost = false },
        PublishInputKind.NoResponders or PublishInputKind.Refused or PublishInputKind.Denied => this with { IsOpen = false, IsLost = false },
        PublishInputKind.Written when IsLost => new(false, false, true),
        PublishInputKind.SessionLost when phase == PublishPhase.Writing && IsOpen => this with { IsLost = true },
        PublishInputKind.SessionLost when IsOpen => this with { IsOpen = false, IsStoredPerhaps = true },
        PublishInputKind.FoundAnother => this with { IsStoredPerhaps = false },
        _ => this,
    };

    // Another attempt although the last one was not answered: that one may be stored.
    public PublishServerModel Ordered(PublishOrder order) =>
        order is PublishOrder.Write or PublishOrder.WriteInTurn ? this with { IsOpen = true, IsStoredPerhaps = IsStoredPerhaps || IsOpen } : this;
}
