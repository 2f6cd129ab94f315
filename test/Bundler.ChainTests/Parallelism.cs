// A fixture has its chain and its nodes to itself and mostly waits for blocks, so three keep two cores busy.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(3)]
