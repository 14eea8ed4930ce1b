namespace Earshot.JetStream.Publishing;

/// <summary>Lets the messages of each subject leave one after another.</summary>
internal sealed class SubjectLanes
{
    private readonly Dictionary<string, Queue<PublishTicketState>> _sides = [];

    /// <summary>True: the message may leave now. Else it leaves when those before it have their outcome.</summary>
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

    /// <summary>The message has its outcome. Returns the next one that may leave; null without one.</summary>
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
