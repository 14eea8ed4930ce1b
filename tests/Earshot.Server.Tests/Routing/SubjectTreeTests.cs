using System.Text;
using CsCheck;
using Earshot.Server.Routing;
using Xunit;

namespace Earshot.Server.Tests.Routing;

public sealed class SubjectTreeTests
{
    private static readonly string[] s_tokens = ["a", "b", "c", "*", ">", "a*", "*b", ">x", ""];

    private static readonly Gen<string> s_token = Gen.Int[0, 8].Select(index => s_tokens[index]);

    private static readonly Gen<string> s_subject = s_token.List[1, 4].Select(tokens => string.Join('.', tokens));

    [Fact]
    public void Tree_finds_exactly_what_a_naive_matcher_finds() =>
        Gen.Select(s_subject.List[0, 20], s_subject).Sample((patterns, subject) =>
        {
            var tree = new SubjectTree<string>();
            var valid = patterns.Where(pattern => SubjectForm.IsValidSubscription(Bytes(pattern))).ToList();
            valid.ForEach(pattern => tree.Add(Bytes(pattern), null, pattern));

            string[] found = tree.Match(Bytes(subject)).Plain;

            Assert.Equal(valid.Where(pattern => NaivelyMatches(pattern, subject)).Order(), found.Order());
        });

    [Fact]
    public void Tree_without_what_was_removed_equals_a_tree_that_never_had_it() =>
        Gen.Select(s_subject.List[0, 10], s_subject.List[0, 10], s_subject).Sample((staying, going, subject) =>
        {
            var tree = new SubjectTree<object>();
            List<(string Pattern, object Item)> stay = Insert(tree, staying);
            foreach ((string? pattern, object? item) in Insert(tree, going))
            {
                Assert.True(tree.Remove(Bytes(pattern), null, item));
            }

            Assert.Equal(stay.Count, tree.Count);
            Assert.Equal(stay.Count(pair => NaivelyMatches(pair.Pattern, subject)), tree.Match(Bytes(subject)).Plain.Length);
        });

    [Fact]
    public void Queue_group_on_two_patterns_is_one_group()
    {
        var tree = new SubjectTree<string>();
        tree.Add("foo.*"u8, "q"u8.ToArray(), "one");
        tree.Add("foo.a"u8, "q"u8.ToArray(), "two");
        tree.Add("foo.a"u8, "other"u8.ToArray(), "three");

        Matches<string> matches = tree.Match("foo.a"u8);

        Assert.Empty(matches.Plain);
        Assert.Equal(["one", "two"], matches.Queues.Single(queue => queue.Name.AsSpan().SequenceEqual("q"u8)).Members.Order());
        Assert.Equal(2, matches.Queues.Length);
    }

    [Fact]
    public void Cache_includes_a_subscription_added_after_its_first_result()
    {
        var tree = new SubjectTree<string>();
        var cache = new MatchCache<string>(tree);
        Assert.True(cache.Match("foo"u8).IsEmpty);

        tree.Add("*"u8, null, "late");

        Assert.Equal(["late"], cache.Match("foo"u8).Plain);
        Assert.Same(cache.Match("foo"u8), cache.Match("foo"u8));
    }

    [Fact]
    public void Cache_hit_allocates_nothing()
    {
        var tree = new SubjectTree<string>();
        tree.Add("foo.>"u8, null, "x");
        var cache = new MatchCache<string>(tree);
        cache.Match("foo.bar"u8);
        cache.Match("foo.bar"u8); // what comes once is not kept
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 0; i < 1000; i++)
        {
            cache.Match("foo.bar"u8);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Subjects_that_come_once_allocate_nothing()
    {
        var tree = new SubjectTree<string>();
        tree.Add("foo.>"u8, null, "x");
        var cache = new MatchCache<string>(tree);
        byte[][] subjects = [.. Enumerable.Range(0, 2000).Select(number => Bytes($"foo.{number}"))];
        cache.Match("foo.bar"u8);
        long before = GC.GetAllocatedBytesForCurrentThread();

        bool areFound = true;
        foreach (byte[] subject in subjects)
        {
            areFound &= cache.Match(subject).Plain.Length == 1;
        }

        Assert.True(areFound);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static List<(string Pattern, object Item)> Insert(SubjectTree<object> tree, IEnumerable<string> patterns)
    {
        var inserted = new List<(string, object)>();
        foreach (string? pattern in patterns.Where(pattern => SubjectForm.IsValidSubscription(Bytes(pattern))))
        {
            object item = new object();
            tree.Add(Bytes(pattern), null, item);
            inserted.Add((pattern, item));
        }

        return inserted;
    }

    private static bool NaivelyMatches(string pattern, string subject)
    {
        string[] wanted = pattern.Split('.');
        string[] tokens = subject.Split('.');
        if (tokens.Contains(""))
        {
            return false;
        }

        for (int i = 0; i < wanted.Length; i++)
        {
            if (wanted[i] == ">" && i == wanted.Length - 1)
            {
                return tokens.Length > i;
            }

            if (i >= tokens.Length || (wanted[i] != "*" && wanted[i] != tokens[i]))
            {
                return false;
            }
        }

        return wanted.Length == tokens.Length;
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
