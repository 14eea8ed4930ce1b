namespace Earshot.JetStream.Publishing;

/// <summary>Orders the messages of each subject: one message at a time is sent.</summary>
internal sealed class SubjectLanes
{
    private readonly Dictionary<string, Queue<PublishTicketState>> _sides = [];

    /// <summary>Returns true when the message may be sent now. Otherwise it is sent when the earlier ones have their outcome.</summary>
    public bool TryEnter(PublishTicketState ticket)
    {
        lock (_sides)
        {
            if (_sides.TryGetValue(ticket.Message.Subject, out Queue<PublishTicketState>? waiting))
            {
                waiting.Enqueue(ticket);
                return false;
            }

            _sides.Add(ticket.Message.Subject, new Queue<PublishTicketState>());
            return true;
        }
    }

    /// <summary>Removes a message that has its outcome. Returns the next message to send; null when there is none.</summary>
    public PublishTicketState? Leave(PublishTicketState ticket)
    {
        lock (_sides)
        {
            if (_sides[ticket.Message.Subject].TryDequeue(out PublishTicketState? next))
            {
                return next;
            }

            _sides.Remove(ticket.Message.Subject);
            return null;
        }
    }
}
