using Xunit;

namespace Earshot.Protocol.Tests;

public class NuidTests
{
    [Fact]
    public void A_nuid_is_22_digits_and_letters()
    {
        for (int i = 0; i < 1000; i++)
        {
            Assert.Matches("^[0-9A-Za-z]{22}$", Nuid.NewNuid());
        }
    }

    [Fact]
    public void Nuids_of_several_threads_do_not_repeat()
    {
        string[][] made = new string[4][];
        Thread[] threads = Enumerable.Range(0, made.Length)
            .Select(i => new Thread(() => made[i] = [.. Enumerable.Range(0, 50_000).Select(_ => Nuid.NewNuid())]))
            .ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        Assert.Equal(made.Length * 50_000, made.SelectMany(nuids => nuids).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(made.Length, made.Select(nuids => nuids[0][..12]).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Nuids_of_one_thread_share_their_random_prefix() => Assert.Equal(Nuid.NewNuid()[..12], Nuid.NewNuid()[..12]);
}
