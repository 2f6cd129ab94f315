using Bundler.Engine.Bundling.Checks;
using Bundler.Engine.Bundling.Choosing;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Engine.Validation;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Bundler.Tests.Engine.Bundling.Limits;

namespace Bundler.Tests.Engine.Bundling;

public sealed class CompanySearchTests
{
    private static readonly MempoolEntry[] _crowd = LimitBench.Crowd(100);

    [Test]
    public void A_sound_company_takes_one_try()
    {
        (CompanySearch search, _, int tries) = Run(_crowd, _ => true);

        Assert.That((search.Best!.Entries.Count, tries), Is.EqualTo((100, 1)));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(50)]
    [TestCase(99)]
    public void One_culprit_is_found_by_halves_and_the_others_go(int at)
    {
        (CompanySearch search, List<MempoolEntry> culprits, int tries) = Run(_crowd, company => !company.Contains(_crowd[at]));

        Assert.That(culprits, Is.EqualTo(new[] { _crowd[at] }));
        Assert.That(search.Best!.Entries, Is.EqualTo(_crowd.Where((_, i) => i != at)));
        Assert.That(tries, Is.LessThanOrEqualTo(Bound(1)));
    }

    [Test]
    public void Any_number_of_culprits_is_found_with_few_tries_and_no_one_else_is()
    {
        Random random = new(4337);
        foreach (int count in (int[])[2, 3, 5, 8, 13, 20, 100])
        {
            HashSet<MempoolEntry> poison = [.. random.GetItems(_crowd, count)];
            (CompanySearch search, List<MempoolEntry> culprits, int tries) = Run(_crowd, company => !company.Exists(poison.Contains));

            TestContext.Out.WriteLine($"{poison.Count} of {_crowd.Length}: {tries} tries");
            Assert.That(culprits, Is.EquivalentTo(poison));
            Assert.That(search.Best?.Entries ?? [], Is.EqualTo(_crowd.Except(poison)));
            Assert.That(tries, Is.LessThanOrEqualTo(Bound(poison.Count)));
        }
    }

    [Test]
    public void Of_two_that_only_fail_together_the_later_one_is_set_aside()
    {
        (CompanySearch search, List<MempoolEntry> culprits, _) = Run(_crowd, company => !(company.Contains(_crowd[20]) && company.Contains(_crowd[70])));

        Assert.That(culprits, Is.EqualTo(new[] { _crowd[70] }));
        Assert.That(search.Best!.Entries, Has.Count.EqualTo(99));
    }

    [Test]
    public void What_follows_a_culprit_leaves_with_it()
    {
        MempoolEntry[] queue = [Of(0, nonce: 0), Of(1, nonce: 0), Of(1, nonce: 1), Of(2, nonce: 0)];
        (CompanySearch search, List<MempoolEntry> culprits, _) = Run(queue, company => !company.Contains(queue[1]));

        Assert.That(culprits, Is.EqualTo(new[] { queue[1] }));
        Assert.That(search.Best!.Entries, Is.EqualTo(new[] { queue[0], queue[3] }));
    }

    [Test]
    public void A_company_that_loses_one_of_its_own_is_tried_again()
    {
        CompanySearch search = new(_crowd);
        search.Failed("");
        search.Passed(Checked(search.Trial));

        search.Leave(_crowd[0]);

        Assert.That((search.Best, search.Trial.Count), Is.EqualTo(((CheckedBundle?)null, 99)));
    }

    [Test]
    public void Where_one_after_the_other_spoils_a_trial_the_trials_become_smaller_until_one_goes_through()
    {
        CompanySearch search = new(_crowd);
        List<int> sizes = [];
        for (int i = 0; i < 6; i++)
        {
            sizes.Add(search.Trial.Count);
            search.Leave(search.Trial[0]);
        }

        search.Passed(Checked(search.Trial));

        Assert.That(sizes, Is.EqualTo(new[] { 100, 99, 98, 48, 24, 11 }));
        Assert.That((search.Best!.Entries.Count, search.NewInTrial), Is.EqualTo((5, 89)));
    }

    [Test]
    public void Many_who_leave_at_once_spoil_one_trial()
    {
        CompanySearch search = new(_crowd);

        search.Leave(_crowd[..40]);

        Assert.That(search.Trial, Has.Count.EqualTo(60));
    }

    /// <summary>1 + k (2 + log2 n).</summary>
    private static int Bound(int culprits) => 1 + (culprits * (2 + (int)Math.Ceiling(Math.Log2(_crowd.Length))));

    private static (CompanySearch Search, List<MempoolEntry> Culprits, int Tries) Run(MempoolEntry[] entries, Predicate<List<MempoolEntry>> goesThrough)
    {
        CompanySearch search = new(entries);
        List<MempoolEntry> culprits = [];
        int tries = 0;
        while (!search.IsOver)
        {
            tries++;
            List<MempoolEntry> trial = search.Trial;
            if (goesThrough(trial))
            {
                search.Passed(Checked(trial));
            }
            else
            {
                search.Failed("");
            }

            if (search.Culprit is { } culprit)
            {
                culprits.Add(culprit);
                search.Leave(culprit);
            }
        }

        return (search, culprits, tries);
    }

    private static CheckedBundle Checked(List<MempoolEntry> entries) => new(entries, Bytes.Empty, LimitBench.Draft([.. entries]), new BundleCheck());

    private static MempoolEntry Of(int sender, ulong nonce) =>
        A.Entry(A.UserOperation() with { Sender = A.AddressOf(sender), Nonce = A.Nonce(0, nonce) });
}
