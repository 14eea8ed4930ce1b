using Earshot.JetStream.Publishing;
using Xunit;

namespace Earshot.JetStream.Tests.Publishing;

/// <summary>The queues of the subjects of a publisher, compared with lists.</summary>
public sealed class SubjectQueuesTests
{
    [Fact]
    public void Next_message_of_a_subject_follows_when_the_first_one_leaves_and_not_when_a_later_one_does()
    {
        var queues = new SubjectQueues();
        var window = new PublishWindow(NatsJSPublisherOpts.Default, (_, _) => { });
        List<PublishTicketState>[] model = [[], [], []];
        var random = new Random(5);
        for (int step = 0; step < 20_000; step++)
        {
            int subject = random.Next(model.Length);
            if (random.Next(100) < 50)
            {
                var ticket = new PublishTicketState(window);
                ticket.Begin(new PublishMessage { Context = null!, Subject = $"s.{subject}" }, NatsJSPubOpts.Default, 1);
                queues.Enter(ticket);
                model[subject].Add(ticket);
                Assert.Equal(model[subject].Count == 1, ticket.Before is null);
            }
            else if (model[subject].Count > 0)
            {
                int place = random.Next(model[subject].Count);
                PublishTicketState left = model[subject][place];
                model[subject].RemoveAt(place);
                Assert.Same(place == 0 ? model[subject].FirstOrDefault() : null, queues.Leave(left));
            }
        }
    }
}
