using System.Runtime.InteropServices;

namespace Earshot.JetStream.Publishing;

/// <summary>
/// The messages of a publisher without an outcome, by subject: each subject in the order in which its messages were accepted. The messages
/// are the links of the queues themselves. Not thread-safe.
/// </summary>
internal sealed class SubjectQueues
{
    private const int MostKept = 1024; // entries of an empty table

    private readonly Dictionary<string, PublishTicketState> _last = [];

    /// <summary>Adds a message behind the earlier ones of its subject.</summary>
    public void Enter(PublishTicketState ticket)
    {
        ref PublishTicketState? last = ref CollectionsMarshal.GetValueRefOrAddDefault(_last, ticket.Message.Subject, out _);
        ticket.Before = last;
        last?.After = ticket;
        last = ticket;
    }

    /// <summary>Removes a message, from any place. Returns the next message of its subject when the removed one was the first.</summary>
    public PublishTicketState? Leave(PublishTicketState ticket)
    {
        (PublishTicketState? before, PublishTicketState? after) = (ticket.Before, ticket.After);
        (ticket.Before, ticket.After) = (null, null);
        before?.After = after;
        if (after is not null)
        {
            after.Before = before;
            return before is null ? after : null;
        }

        if (before is not null)
        {
            _last[ticket.Message.Subject] = before;
            return null;
        }

        _last.Remove(ticket.Message.Subject);
        if (_last.Count == 0 && _last.Capacity > MostKept)
        {
            _last.TrimExcess();
        }

        return null;
    }
}
