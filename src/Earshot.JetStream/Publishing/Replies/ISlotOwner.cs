using Earshot.Protocol;

namespace Earshot.JetStream.Publishing;

/// <summary>Creates the slots of a <see cref="SlotInbox{TSlot}"/>, and decides what replies mean.</summary>
/// <typeparam name="TSlot">The type of the slots.</typeparam>
internal interface ISlotOwner<TSlot>
    where TSlot : class
{
    /// <summary>Creates the slot with this number.</summary>
    TSlot CreateSlot(SlotInbox<TSlot> inbox, int number);

    /// <summary>Processes a reply. Called on the read loop, so it must not wait and must not run application code.</summary>
    /// <param name="slot">The slot in the token; null when there is none with this number. It may be in use for another message.</param>
    /// <param name="token">The token of the reply's subject.</param>
    /// <param name="operation">The reply.</param>
    void Answered(TSlot? slot, ulong token, in ServerOperation operation);
}
